"""The demo of normalizations: whose outputs move when one picture is changed."""

import pytest
import torch

from dlnotes.sections.gradients.normalization import demo as module
from dlnotes.sections.gradients.normalization.demo import NormalizationDemo

END = NormalizationDemo.start | {"now": 100}


def readouts(**changed):
    return NormalizationDemo.readouts(**END | changed)


def numbers(*values):
    return (torch.tensor(value, dtype=torch.float64) for value in values)


class TestTables:
    @pytest.mark.parametrize("single", [0.0, 1.0])
    def test_only_the_second_picture_changes(self, single):
        before, after = (module.inputs(*numbers(part, single)) for part in (0.0, 1.0))
        moved = (before != after).nonzero().tolist()
        units = range(1 if single else module.UNITS)
        assert moved == [[module.CHANGED, unit] for unit in units]
        torch.testing.assert_close(after[module.CHANGED, 0], module.OTHER[0])

    def test_the_batch_is_normalized_as_torch_does(self):
        table = module.looked("batch", *numbers(0.5, 0.0, 5.0))
        theirs = torch.nn.functional.batch_norm(table["table"][:5], None, None, training=True)
        torch.testing.assert_close(table["after"][:5], theirs)

    def test_evaluating_takes_the_statistics_of_the_training_set(self):
        table = module.looked("stored", *numbers(1.0, 0.0, 2.0))
        spread = (module.TRAINING.var(0, correction=0) + 1e-5).sqrt()
        theirs = (table["table"] - module.TRAINING.mean(0)) / spread
        torch.testing.assert_close(table["after"], theirs)


class TestReadouts:
    def test_in_batch_norm_all_move(self):
        assert NormalizationDemo.answer() == "all"
        assert readouts()["moved"] == readouts()["total"] == 40

    def test_at_no_moment_is_a_wrong_guess_right(self):
        assert {readouts(now=now)["moved"] for now in range(1, 101)} == {40}

    @pytest.mark.parametrize("norm", ["stored", "layer", "rms"])
    def test_elsewhere_only_its_own(self, norm):
        assert readouts(norm=norm)["moved"] == 5
        assert readouts(norm=norm)["others_shift"] == 0

    def test_one_number_moves_its_group(self):
        moved = {norm: readouts(norm=norm, change="number")["moved"] for norm in module.KINDS}
        assert moved == {"batch": 8, "stored": 1, "layer": 5, "rms": 5}

    def test_a_batch_of_two_holds_signs(self):
        after = module.looked("batch", *numbers(1.0, 0.0, 2.0))["after"][:2]
        torch.testing.assert_close(after.abs(), torch.ones_like(after), atol=1e-3, rtol=0)

    def test_in_a_batch_of_two_what_moves_changes_its_sign(self):
        end = module.looked("batch", *numbers(1.0, 0.0, 2.0))
        assert end["flipped"] == end["moved"] == 8


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没换", "Nothing has changed yet")
        spoken.press("neighbors")
        says("40 个输出变了 40 个", "40 of 40 outputs moved")
        spoken.press("pair")
        says("8 个翻了号", "8 changed sign")
        spoken.press("row")
        says("都是它自己的", "all its own")
