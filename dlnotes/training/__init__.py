"""Training, small enough to see: landscapes, trajectories, tasks. Knows no particular rule."""
