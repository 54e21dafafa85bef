"""What there is to learn from: data sets, tasks with a known answer, batches."""
