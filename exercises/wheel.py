"""What the wheel carries of the exercises: declarations without solutions, and these sealed.

Hatch runs this file when it builds the package (pyproject.toml). A checkout needs nothing of it.
"""

import runpy
import shutil
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Exercises(BuildHookInterface):
    """Adds `dlnotes/_data/exercises/<chapter>/<section>.py` and `.sealed` to the wheel."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Write the files into a folder of their own and have them taken along."""
        self.folder = Path(tempfile.mkdtemp(prefix="dlnotes-exercises-"))
        if version == "editable":  # an editable install reads the checkout's own
            return
        # by its path: the package itself would want libraries that are not here
        solutions = runpy.run_path(str(Path(self.root, "dlnotes/core/solutions.py")))
        for file in sorted(Path(self.root, "exercises").glob("*/*.py")):
            text = file.read_text(encoding="utf-8")
            self._add(file, ".py", solutions["without_solutions"](text), build_data)
            self._add(file, ".sealed", solutions["sealed"](text), build_data)

    def _add(self, file: Path, suffix: str, text: str, build_data: dict) -> None:
        name = file.relative_to(self.root).with_suffix(suffix)
        made = self.folder / name
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text, encoding="utf-8")
        build_data["force_include"][str(made)] = f"dlnotes/_data/{name.as_posix()}"

    def finalize(self, version: str, build_data: dict, artifact_path: str) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)
