"""Paths of rules across a landscape, many at once: side by side, chunk by chunk, or fused."""

from dlnotes.training.race.facade import race, steps_to, trajectory

__all__ = ["race", "steps_to", "trajectory"]
