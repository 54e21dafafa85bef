"""A class: many submissions, many processes, nbgrader, the command line."""
