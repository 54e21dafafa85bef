"""Exercises: tasks declared once, checked in the notebook, graded by comparing values."""

from dlnotes.grading.checking import check
from dlnotes.grading.draws import Draw
from dlnotes.grading.scoring import score
from dlnotes.grading.task import Task, Wrong, wrong
from dlnotes.grading.worked import solution

__all__ = ["Draw", "Task", "Wrong", "check", "score", "solution", "wrong"]
