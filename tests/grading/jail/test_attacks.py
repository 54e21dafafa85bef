"""Every attack works in the open, and in the jail earns exactly what its right answers earn."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dlnotes.grading.grade import grade
from dlnotes.grading.jail.jail import Jail, Limits
from dlnotes.grading.results.feedback import page
from dlnotes.grading.submissions.submission import Submission
from tests.grading.hostile.attack import hung
from tests.grading.hostile.limits import LIMITS
from tests.grading.hostile.reach import REACH
from tests.grading.hostile.scores import SCORES
from tests.grading.hostile.submissions import CHAPTER, SECTION, notebook
from tests.grading.hostile.world import Outcome, World

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]
ATTACKS = {attack.name: attack for attack in [*SCORES, *REACH, *LIMITS]}
HANGING = [name for name, attack in ATTACKS.items() if attack.sign is hung]
every_attack = pytest.mark.parametrize("name", ATTACKS)
# a limit of its own, so that a process of these jails is known by its command line
TIGHT = Limits(seconds=5 + os.getpid() / 1e9, memory=512 * 1024**2)


def test_attacks_have_names_of_their_own():
    assert len(ATTACKS) == len(SCORES) + len(REACH) + len(LIMITS) >= 50


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """A world for each attack, to be attacked in the open."""
    made = {name: World(tmp_path_factory.mktemp("open")) for name in ATTACKS}
    yield made
    for world in made.values():
        world.close()


@pytest.fixture(scope="module")
def in_the_open(worlds):
    """What came of each attack where student code runs beside the grader."""
    jobs = {}
    for name, attack in ATTACKS.items():
        told = worlds[name].folder / "told"
        told.mkdir()
        jobs[name] = {
            "cell": attack.cell(worlds[name]),
            "grader": attack.grader,
            "own": str(worlds[name].own),
            "told": str(told),
            "patience": 1.0 if attack.sign is hung else 30.0,
        }
    done = subprocess.run(
        [sys.executable, "-m", "tests.grading.hostile.careless"],
        input=json.dumps(jobs),
        env={**os.environ, "CLASS_SECRET": "CLASS_SECRET", "OMP_NUM_THREADS": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {name: Outcome(**told) for name, told in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def target():
    """The one world that the whole batch in the jail attacks.

    Not below /tmp, of which the jail has its own, and open to every account: only the wall is
    between.
    """
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o777)
        world = World(Path(folder))
        yield world
        world.close()


def graded(attack, world, jail):
    data = notebook(momentum=attack.cell(world))
    return grade(data, Submission("mallory", CHAPTER, SECTION), seed="s", jail=jail)


@pytest.fixture(scope="module")
def batch(bubblewrap, target):
    """The result of each attack, all in one jail, one after the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLASS_SECRET", "CLASS_SECRET")
        with Jail(limits=TIGHT) as jail:
            assert jail.warm
            return {name: graded(attack, target, jail) for name, attack in ATTACKS.items()}


def outcome(result):
    """What an attack came to in the jail; markup counts where a browser would see it."""
    (momentum,) = [task for task in result.tasks if task.id == "momentum"]
    told = [*messages(result), page("mallory", [result])]
    return Outcome(
        passed=momentum.score > 0, texts=told[-1:] if "<" in "".join(told[:-1]) else told
    )


def messages(result):
    """Every line that a result says."""
    texts = [text for task in result.tasks for text in (task.message, task.example) if text]
    return [line for text in texts for line in text.values()]


@every_attack
def test_works_in_the_open(name, worlds, in_the_open):
    assert ATTACKS[name].sign(worlds[name], in_the_open[name]), in_the_open[name]


@every_attack
def test_earns_nothing_in_the_jail(name, batch, target):
    result = batch[name]
    assert result.status == "graded"
    assert result.score == ATTACKS[name].score, result.tasks
    assert not ATTACKS[name].sign(target, outcome(result))
    assert all(len(text) < 2000 and text.isprintable() for text in messages(result))


def test_order_changes_nothing(batch, target):
    with Jail(limits=TIGHT) as jail:
        for name in reversed([name for name in ATTACKS if name not in HANGING[1:]]):
            again = graded(ATTACKS[name], target, jail)
            assert (name, again.score) == (name, batch[name].score)


def test_cold_starts_give_the_same_scores(batch, target, monkeypatch):
    monkeypatch.setenv("CLASS_SECRET", "CLASS_SECRET")
    some = [attack for attack in [*SCORES[::16], *REACH, *LIMITS[::16]] if attack.sign is not hung]
    with Jail(warm=False, limits=TIGHT) as jail:
        for attack in some:
            again = graded(attack, target, jail)
            assert (attack.name, again.score) == (attack.name, batch[attack.name].score)
            assert not attack.sign(target, outcome(again)), attack.name


def test_the_world_is_as_it_was(batch, target):
    assert target.seen() == target.before
    assert target.heard == []
    assert target.victim.poll() is None
    assert not [line for line in processes() if str(TIGHT.seconds).encode() in line]


def test_a_process_of_the_batch_would_be_seen(bubblewrap):
    with Jail(limits=TIGHT):
        assert [line for line in processes() if str(TIGHT.seconds).encode() in line]


def processes():
    """The command line of every process there is."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield place.read_bytes()
        except OSError:  # it has just ended
            continue
