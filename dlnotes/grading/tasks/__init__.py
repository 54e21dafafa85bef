"""Tasks: declared once, and the notebooks that are written from them."""
