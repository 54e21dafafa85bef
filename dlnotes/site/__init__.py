"""How the book becomes a website: two editions, search, widgets, offline assets, the build."""
