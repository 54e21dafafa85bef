"""The demo of two boundaries: its nets, where its zoom leads, what it says."""

import pytest
import torch

from dlnotes.learning_rates.box_counting import box_counts, box_dimension
from dlnotes.learning_rates.trainability import losses, measure, start
from dlnotes.sections.learning_rates.fractal_boundary import plane
from dlnotes.sections.learning_rates.fractal_boundary.demo import FractalBoundaryDemo
from dlnotes.sections.learning_rates.fractal_boundary.windows import EXAMPLES, HIDDEN

RATES = (torch.tensor([1.0, 5.0, 300.0]).double(), torch.tensor([1.0, 8.0, 300.0]).double())


class TestMathematics:
    @pytest.mark.parametrize("kind", ["tanh", "linear", "last"])
    def test_steps_one_by_one_tell_what_the_library_tells(self, kind):
        shared = start(1, hidden=HIDDEN, examples=EXAMPLES)
        wide = shared.sums[..., None].expand(-1, -1, 3), shared.out[:, None].expand(-1, 3)
        state = {"sums": wide[0], "out": wide[1]} if kind != "last" else {"out": wide[1]}
        rest = (shared.kernel, shared.y) if kind != "last" else (shared.sums.tanh(), shared.y)
        total, first = torch.zeros(3).double(), None
        for done in range(60):
            made = getattr(plane, f"{kind}_step")(*state.values(), *rest, *RATES)
            state = {name: made[name] for name in state}
            first = made["loss"] if first is None else first
            if done >= 60 - plane.LAST:
                total = plane.late(total, made["loss"], first)
        found = measure(losses(*RATES, shared, steps=60, kind=kind)) < 0
        assert plane.kept(total).bool().tolist() == found.tolist()

    def test_boxes_are_those_of_the_library(self):
        source = torch.Generator().manual_seed(0)
        inside = torch.rand(plane.SIDE + 1, plane.SIDE + 1, generator=source) > 0.97
        found = plane.boxes(inside.double())
        assert found["count"] == box_counts(inside)[0]
        assert found["dimension"].item() == pytest.approx(box_dimension(inside))

    def test_the_zoom_meets_the_boundary_where_both_rates_take_one_factor(self):
        off = plane.crossing("last", 0, 200, 0.0, 0.5)
        below, above = (plane.seen("last", 0, 200, 0.0, 0.5, now=0), off)
        assert below.any() and above > 0
        setting = {"shared": plane.shared(0), "steps": 200, "kind": "last"}
        near = torch.tensor([off - 1e-6, off + 1e-6]).double()
        found = measure(losses(10**near, 10 ** (0.5 + near), **setting)) < 0
        assert found.tolist() == [True, False]

    def test_points_of_a_picture_are_those_of_a_view(self):
        view = plane.view("tanh", 0, 200, 0.3, 0.4, 0)
        lr_in, lr_out = view.learning_rates(plane.SIDE + 1)
        places = torch.arange(plane.SIDE + 1).double()
        numbers = (torch.tensor(value).double() for value in (1.0, 1.0, 6.0))
        found = plane.spread(*numbers, places, torch.zeros_like(places))
        torch.testing.assert_close(found["lr_in"], lr_in.view(plane.SIDE + 1, -1)[:, 0])
        assert found["lr_out"][0].item() == pytest.approx(lr_out[0].item())

    def test_a_still_is_packed_and_unpacked(self):
        source = torch.Generator().manual_seed(0)
        inside = torch.rand(plane.SIDE + 1, plane.SIDE + 1, generator=source) > 0.8
        assert torch.equal(plane.unpacked(plane.packed(inside)), inside)


class TestAnswer:
    def test_one_side_is_a_line_and_the_other_is_not(self):
        left, right = (plane.seen(kind, **PLACE, now=plane.DEPTH) for kind in ("tanh", "last"))
        assert box_dimension(left) > 1.2 and box_dimension(right) < 1.06
        assert FractalBoundaryDemo.answer() == "single"

    def test_in_the_calm_place_tanh_is_a_line_too(self):
        calm = PLACE | {"first": -1.5, "second": 3.0}
        assert box_dimension(plane.seen("tanh", **calm, now=plane.DEPTH)) < 1.06


PLACE = plane.ASKED


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"
        assert ("整张平面" if zh else "The whole plane") in spoken.status()
        spoken.press("quiet")
        said = "盒维数" if zh else "Box dimension"
        spoken.page.wait_for_function(
            "said => document.querySelector('[data-status]').textContent.includes(said)",
            arg=said,
            timeout=120_000,
        )
        assert "0.94" in spoken.status()

    def test_no_piece_of_work_holds_the_page_up(self, spoken):
        spoken.answer()
        longest = """async () => {
          let longest = 0;
          let before = performance.now();
          for (let i = 0; i < 60; i += 1) {
            await new Promise((done) => setTimeout(done, 0));
            longest = Math.max(longest, performance.now() - before);
            before = performance.now();
          }
          return longest;
        }"""
        assert spoken.page.evaluate(longest) < 1000  # about 10 ms; others share the machine
