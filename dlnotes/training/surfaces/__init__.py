"""Losses as landscapes: made up to be seen, or cut out of a real net."""
