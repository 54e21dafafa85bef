"""Exercises: tasks declared once, checked in the notebook, graded by comparing values."""

from dlnotes.grading.reader.checks import check
from dlnotes.grading.reader.points import score
from dlnotes.grading.reader.worked import solution
from dlnotes.grading.tasks.draws import Draw
from dlnotes.grading.tasks.task import Task, Wrong, wrong

__all__ = ["Draw", "Task", "Wrong", "check", "score", "solution", "wrong"]
