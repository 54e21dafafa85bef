"""The demo of pretraining: its passes, its curves, what it says."""

import math

import pytest
import torch

from dlnotes.sections.gradients.layerwise_pretraining import demo as module
from dlnotes.sections.gradients.layerwise_pretraining import experiments
from dlnotes.sections.gradients.layerwise_pretraining.demo import LayerwisePretrainingDemo

START = LayerwisePretrainingDemo.start


def readouts(**changed):
    return LayerwisePretrainingDemo.readouts(**START | {"now": module.WHOLE} | changed)


def number(value):
    return torch.tensor(float(value))


class TestPasses:
    @pytest.mark.parametrize(
        ("now", "learns", "free", "made"),
        [(0, 0, 0, 0), (115, 0, 0, 115), (40, 1, 0, -60), (100, 1, 0, 0), (107, 1, 0, 7),
         (7, 1, 1, 7), (60, 1, 1, 15), (60, 0, 1, 60)],
    )  # fmt: skip
    def test_with_labels(self, now, learns, free, made):
        assert module.passes(number(now), number(learns), number(free)).item() == made

    @pytest.mark.parametrize(
        ("now", "free", "layer"),
        [(0, 0, 1), (19, 0, 1), (20, 0, 2), (99, 0, 5), (100, 0, 0), (9, 1, 0)],
    )
    def test_every_layer_has_twenty(self, now, free, layer):
        assert module.coding(number(now), number(free)).item() == layer

    def test_an_accuracy_is_that_of_the_last_look(self):
        curve, times = torch.tensor([0.1, 0.5, 0.9]), torch.tensor([0.0, 5.0, 10.0])
        seen = [module.accuracy(curve, times, number(made)).item() for made in (-1, 0, 9, 10, 99)]
        assert seen == pytest.approx([math.inf, 0.1, 0.5, 0.9, 0.9])

    def test_who_leads(self):
        leads = [(0.9, 0.5, 0.6), (0.5, 0.9, 0.6), (0.5, 0.6, 0.9), (0.1, 0.9, 0.905)]
        found = [module.lead(*map(torch.tensor, three)).item() for three in leads]
        assert found == [0, 1, 2, 3]


class TestReadouts:
    def test_larger_weights_win_where_labels_are_many(self):
        assert LayerwisePretrainingDemo.answer() == "times"
        end = readouts()
        assert end["rival"] - end["learned"] > 0.02 and end["learned"] > end["random"]

    def test_the_ends_are_the_records(self):
        for task in module.TASKS:
            mean = experiments.ended(task, "times", whole=True).mean().item()
            assert readouts(task=task)["rival"] == pytest.approx(mean, abs=1e-3)

    def test_before_its_labels_the_pretrained_net_has_no_accuracy(self):
        assert readouts(now=99)["learned"] == math.inf and readouts(now=99)["coding"] == 5
        assert readouts(now=3, free=True)["learned"] < 1

    def test_presets_show_what_they_are_called(self):
        history = readouts(free=True, now=15)
        assert history["random"] < 0.2 and history["learned"] > 0.9
        flip = readouts(task="few")
        assert flip["learned"] > flip["rival"] + 0.05
        together = readouts(task="few", rival="both")
        assert together["rival"] > flip["learned"]

    def test_no_time_lies_beyond_the_grid_of_looks(self):
        assert len(module._looks("learned")) == len(module._looks("random")) == module.LOOKS


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_learned(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没开始", "Not yet begun")
        spoken.answer()
        spoken.press("history")
        says("第 15 遍", "Pass 15")
