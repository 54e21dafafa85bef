"""What comes out of grading: tables, pages of feedback, the gradebook, the journal."""
