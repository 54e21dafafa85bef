"""Interactive demos: Python holds the words and the mathematics, JavaScript draws."""
