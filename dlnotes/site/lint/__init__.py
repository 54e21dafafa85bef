"""What the sources of the book must obey, before anything is built."""
