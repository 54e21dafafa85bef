"""The exam of the demo: what it says, and where it stops to be true."""

import pytest
import torch

from dlnotes.sections.hyperparameters.honest_selection import crowd
from dlnotes.sections.hyperparameters.honest_selection.demo import HonestSelectionDemo

END = HonestSelectionDemo.start | {"now": crowd.PEOPLE}


def shown(**changed):
    return HonestSelectionDemo.readouts(**(END | changed))


def test_nobody_knows_anything_and_every_crowd_has_a_genius():
    found = [shown(draw=draw) for draw in range(crowd.TIMES)]
    assert {one["fresh"] for one in found} == {0.5}
    assert all(0.57 < one["best"] < 0.66 for one in found)
    assert HonestSelectionDemo.answer() == "much"


def test_scores_are_whole_answers():
    given = [torch.tensor(value, dtype=torch.float64) for value in (0.05, 25)]
    right = crowd.scores(crowd.OWN[0], crowd.LUCK[0], *given) * 25
    torch.testing.assert_close(right, right.round())


def test_more_questions_leave_little_to_borrow():
    few, usual, many = (shown(questions=n)["gap"] for n in (25, 100, 2500))
    assert few > 1.5 * usual and usual > 4 * many


def test_the_chosen_is_better_than_most_where_skill_differs():
    for draw in range(crowd.TIMES):
        found = shown(draw=draw, spread=0.05)
        assert found["fresh"] > 0.5 and found["gap"] > 0


@pytest.mark.slow
class TestInBrowser:
    def test_what_is_worth_what_is_kept_back_until_the_end(self, demo):
        assert demo.root.locator(".demo-line.curvature").count() == 0
        demo.answer()
        assert demo.root.locator(".demo-line.curvature").count() > 0

    def test_other_people_have_other_scores(self, demo):
        demo.answer()
        before = demo.controls()["draw"]
        demo.press("again")
        assert demo.controls()["draw"] == before + 1
