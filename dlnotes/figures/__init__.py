"""The book's figures, the only place that draws with matplotlib."""
