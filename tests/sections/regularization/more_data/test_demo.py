"""What the demo of the moved digits rests on."""

import pytest
import torch

from dlnotes.sections.regularization.more_data import programs
from dlnotes.sections.regularization.more_data.demo import MoreDataDemo

START = MoreDataDemo.start


def said(**changed):
    return MoreDataDemo.readouts(**(START | changed))


def test_the_net_reads_its_digit_until_it_is_moved_by_a_pixel():
    assert said()["said"] == START["digit"] == said(net="with_shift", now=programs.BELL)["said"]
    assert said(now=programs.BELL)["said"] != START["digit"]
    assert MoreDataDemo.answer() == "thirty"


def test_the_net_that_learned_shifts_takes_half_a_turn_of_a_six_for_a_nine():
    assert said(kind="turn", net="with_shift", digit=6, now=programs.LAST)["said"] == 9


def test_a_share_is_that_of_600_images():
    images, labels = programs.few().test
    X = programs.few().scaled(programs.moved(images, right=1.0))
    found = programs.net("with_plain").scores(X[None])[0].argmax(-1)
    share = (found == labels).double().mean().item()
    assert said(now=programs.BELL)["share"] == pytest.approx(share, abs=6e-4)


def test_what_the_page_computes_is_what_the_library_says():
    image, double = programs.one_of_each()[3], torch.float64
    turned = programs.changed(image, torch.tensor(0.0, dtype=double), torch.tensor(36.0).double())
    few = programs.few()
    x = programs.features(turned, torch.tensor(0.0).double(), programs.DRAWS, few.mean, few.std)
    W, b, V, c = (param.squeeze() for param in programs.net("with_noise"))
    found = programs.chances(x, W, b, V, c)
    readouts = said(kind="turn", net="with_noise", digit=3, now=4)
    assert found.max().item() == pytest.approx(readouts["sure"])
    assert int(found.argmax()) == readouts["said"]


@pytest.mark.slow
class TestInBrowser:
    def test_the_rest_of_the_curve_is_kept_back(self, demo):
        assert demo.root.locator(".demo-line.faint").count() == 0
        demo.answer()
        assert demo.root.locator(".demo-line.faint").count() == 1
