"""Every small slip in a solution is caught: each is planted, one at a time, in every task."""

import ast
import math
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
import torch

from dlnotes.core.solutions import without_marks
from dlnotes.grading.inside.answers import produce
from dlnotes.grading.judging.judgement import judge
from dlnotes.grading.tasks import declarations
from dlnotes.site.sources import drafts
from tests.contracts.styles import gathered

LIMIT = 2.0  # seconds; some slips make a loop that never ends, and right answers take far less
OTHER = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Lt: ast.GtE,
}
FUNCTIONS = {
    "ceil": "floor",
    "sqrt": "fabs",
    "log": "log10",
    "max": "min",
    "argmax": "argmin",
    "zeros_like": "ones_like",
}
HARMLESS = gathered("HARMLESS")


def slips(source):
    """Every way to make one slip in a function: (what it is, what gives the function with it)."""
    tree = ast.parse(source)
    (function,) = tree.body
    defaults = {id(node) for node in function.args.defaults + function.args.kw_defaults}
    for place, node in enumerate(ast.walk(tree)):
        for name, change in changes(node):
            name = f"{'default ' if id(node) in defaults else ''}{name}"
            yield name, partial(spoiled, source, place, change)


def spoiled(source, place, change):
    """The function with a slip at one place of its tree."""
    tree = ast.parse(source)
    change(list(ast.walk(tree))[place])
    return tree


def changes(node):
    """What may go wrong at one place of the tree: (name, what does it to the node)."""
    match node:
        case ast.BinOp(op=op) if type(op) in OTHER:
            yield f"{ast.unparse(node)}: another sign", operator
            if not isinstance(op, ast.Add | ast.Mult):
                yield f"{ast.unparse(node)}: swapped", sides
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            yield f"{ast.unparse(node)}: the other way", comparison
        case ast.UnaryOp(op=ast.USub()):
            yield f"{ast.unparse(node)}: no minus", minus
        case ast.Constant(value=int() | float()):
            yield f"{node.value} -> {node.value + 1}", number
        case ast.Attribute(attr=name) if name in FUNCTIONS:
            yield f"{name} -> {FUNCTIONS[name]}", attribute
        case ast.Name(id=name) if name in FUNCTIONS:
            yield f"{name} -> {FUNCTIONS[name]}", called
        case ast.Return(value=ast.Tuple(elts=[_, _]) | ast.List(elts=[_, _])):
            yield f"{ast.unparse(node)}: swapped", pair
        case ast.BinOp(op=ast.MatMult(), right=ast.Attribute(attr="T")):
            yield f"{ast.unparse(node)}: the other one transposed", transposed
        case ast.BinOp(op=ast.MatMult(), left=ast.Attribute(attr="T")):
            yield f"{ast.unparse(node)}: not transposed", untransposed
        case ast.ListComp(generators=[_, _]):
            yield f"{ast.unparse(node)}: the other loop outside", loops
        case ast.List(elts=[ast.Starred(), _]):
            yield f"{ast.unparse(node)}: put in front", front


def operator(node):
    node.op = OTHER[type(node.op)]()


def sides(node):
    node.left, node.right = node.right, node.left


def comparison(node):
    node.ops = [OTHER[type(node.ops[0])]()]


def minus(node):
    node.op = ast.UAdd()


def number(node):
    node.value += 1


def attribute(node):
    node.attr = FUNCTIONS[node.attr]


def called(node):
    node.id = FUNCTIONS[node.id]


def pair(node):
    node.value.elts.reverse()


def transposed(node):
    left = ast.Attribute(node.left, "T", ast.Load())
    node.left, node.right = left, node.right.value


def untransposed(node):
    node.left = node.left.value


def loops(node):
    node.generators.reverse()


def front(node):
    node.elts.reverse()


MUTANTS = [
    (place, task, slip, spoil)
    for place in declarations.sections()
    for task in declarations.declaration(*place).TASKS
    for slip, spoil in slips(without_marks(task.solution))
    if f"{task.id}: {slip}" not in HARMLESS
]


# the time limit may fall into a collection of garbage, which swallows it; it comes again
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("task", "spoil"),
    [(task, spoil) for _, task, _, spoil in MUTANTS],
    ids=[f"{task.id}: {slip}" for _, task, slip, _ in MUTANTS],
)
def test_a_slip_is_caught(task, spoil):
    found = judged(task, spoil())
    assert not found.passed and found.share <= 0.5
    assert found.message["zh"] and found.message["en"]


def judged(task, tree, seed="slip"):
    names = {"math": math, "torch": torch}
    exec(compile(ast.fix_missing_locations(tree), "mutant", "exec"), names)
    records = produce(names[task.id], task.drive, task.draws(seed), seconds=LIMIT)
    return judge(task, seed, records)


def test_there_are_many_slips_in_every_finished_notebook_and_some_in_every_task():
    by_section = Counter(place for place, *_ in MUTANTS)
    by_task = Counter(task.id for _, task, *_ in MUTANTS)
    unfinished = drafts(Path(__file__).resolve().parents[2])
    assert set(by_section) == set(declarations.sections())
    assert min(n for place, n in by_section.items() if "/".join(place) not in unfinished) >= 20
    assert set(by_task) == {task.id for task in declarations.all_tasks()}
    assert min(by_task.values()) >= 2


def test_what_counts_as_harmless_is_still_there():
    found = {
        f"{task.id}: {slip}"
        for task in declarations.all_tasks()
        for slip, _ in slips(without_marks(task.solution))
    }
    assert set(HARMLESS) <= found


@pytest.mark.parametrize("slip", HARMLESS)
def test_what_counts_as_harmless_changes_no_value(slip):
    name, what = slip.split(": ", 1)
    (task,) = [task for task in declarations.all_tasks() if task.id == name]
    spoils = [spoil for found, spoil in slips(without_marks(task.solution)) if found == what]
    seeds = ("slip", "one", "two")
    assert all(judged(task, spoil(), seed).passed for spoil in spoils for seed in seeds)
