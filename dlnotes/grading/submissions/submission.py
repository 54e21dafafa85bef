"""Whose answer to which exercise: what goes through the grader from the folder to the gradebook."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Self

from dlnotes.grading.tasks.declarations import Place


@dataclass(frozen=True, order=True)
class Submission:
    """One student's answer to one exercise, the same one whatever was handed in for it.

    Attributes:
        student: name of the student's folder, whatever characters it has.
        chapter, section: the exercise.
        sha256: hash of the bytes; empty where there are none, or none that can be read.

    Example:
        >>> Submission("ann", "optimizers", "momentum").of(b"").sha256[:8]
        'e3b0c442'
    """

    student: str
    chapter: str
    section: str
    sha256: str = field(default="", compare=False)

    @property
    def place(self) -> Place:
        """The exercise."""
        return self.chapter, self.section

    def of(self, data: bytes) -> Self:
        """The submission of these bytes."""
        return replace(self, sha256=hashlib.sha256(data).hexdigest())
