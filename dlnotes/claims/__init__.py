"""Claims: a sentence of the book, its condition, and the numbers that a notebook hands over."""

from dlnotes.claims.check import ClaimFailed, claim
from dlnotes.claims.table import claims_of, judge

__all__ = ["ClaimFailed", "claim", "claims_of", "judge"]
