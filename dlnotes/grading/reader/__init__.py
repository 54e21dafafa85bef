"""What a reader has in the notebook: check, hints, worked solutions, points."""
