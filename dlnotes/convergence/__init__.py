"""Convergence: whether a run has settled, and who says so."""
