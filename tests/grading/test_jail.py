"""The jail: right answers come out right, a hostile one never takes anything along."""

from dlnotes.grading import declarations
from dlnotes.grading.judging import judge
from dlnotes.grading.parcel import pack
from dlnotes.grading.regions import without_marks

IMPORTS = ("", "import math\nimport torch\nfrom dlnotes.grading import check")


def solved(tasks):
    return [IMPORTS, *((task.id, without_marks(task.solution)) for task in tasks)]


def test_every_solution_passes_in_the_jail(cold):
    for place in declarations.sections():
        tasks = declarations.declaration(*place).TASKS
        records = cold.run(pack(solved(tasks), tasks, "seed"))
        for task in tasks:
            assert judge(task, "seed", records[task.id]).passed, records[task.id]
