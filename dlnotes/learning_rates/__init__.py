"""Learning rates: schedules as pure functions of the step, averages of the way, their limits."""
