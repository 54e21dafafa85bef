"""Lays out a new section, and takes it away again as long as it is a draft."""
