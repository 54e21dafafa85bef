"""What was handed in: found, read without running it, put right, flagged."""
