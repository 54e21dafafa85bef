"""Exercises: tasks declared once, checked in the notebook, graded by comparing values."""

from dlnotes.grading.checking import check
from dlnotes.grading.draws import Draw
from dlnotes.grading.task import Task, Wrong, wrong

__all__ = ["Draw", "Task", "Wrong", "check", "wrong"]
