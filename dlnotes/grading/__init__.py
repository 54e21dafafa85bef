"""Exercises: tasks declared once, checked in the notebook, graded by comparing values.

Words that lie close together:
    answer → records     what a learner wrote → the plain values it gave (`inside.answers`)
    judge → Judgement    compares records with the reference, names the idea that is missing
    check → Verdict      a reader's call: one judgement, with hints
    grade → Result       a submission's bytes: a judgement, as a `TaskScore`, for every task
    score → Tally        a reader's call: the best checks so far, added up
"""

from dlnotes.grading.reader.checks import check
from dlnotes.grading.reader.points import score
from dlnotes.grading.reader.worked import solution
from dlnotes.grading.tasks.draws import Draw
from dlnotes.grading.tasks.task import Task, Wrong, wrong

__all__ = ["Draw", "Task", "Wrong", "check", "score", "solution", "wrong"]
