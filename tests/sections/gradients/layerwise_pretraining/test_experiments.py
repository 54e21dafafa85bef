"""The nets of the page, side by side and one by one."""

import pytest
import torch

from dlnotes.gradients.pretraining import Autoencoder
from dlnotes.sections.gradients.layerwise_pretraining import experiments, nets, training
from dlnotes.sections.gradients.layerwise_pretraining.nets import LAYERS, STARTS
from dlnotes.training.nets.mlp import Linear

TASK = nets.pictures()


@pytest.fixture(scope="module")
def codes():
    return training.pretrained(TASK, (0, 1), passes=1)[0]


class TestStarts:
    def test_larger_weights_are_glorots_times_four(self):
        plain, large = (nets.first(STARTS[name], 64, (0, 1)) for name in ("random", "times"))
        for place in range(LAYERS):
            torch.testing.assert_close(large[2 * place], 4 * plain[2 * place])
        assert torch.equal(large[-2], plain[-2])

    def test_mixed_weights_are_the_learned_numbers_in_other_places(self, codes):
        learned, mixed = (nets.begun(STARTS[n], codes, 64, (0, 1)) for n in ("learned", "mixed"))
        for place in range(2 * LAYERS):
            one, other = learned[place], mixed[place]
            assert not torch.equal(one, other)
            torch.testing.assert_close(*(each.flatten(1).sort(1).values for each in (one, other)))
        assert torch.equal(learned[-2], mixed[-2])

    def test_a_normalized_net_takes_the_weights_without_the_bias(self, codes):
        both = nets.begun(STARTS["both"], codes, 64, (0, 1))
        assert torch.equal(both[3], codes[2]) and not both[4].any() and (both[5] == 1).all()

    def test_labels_are_equally_many_and_seeds_differ(self):
        rows = [nets.labeled(TASK, 10, seed) for seed in (0, 1)]
        assert all(torch.bincount(TASK.y[each]).tolist() == [10] * 10 for each in rows)
        assert not torch.equal(*rows) and max(each.max() for each in rows) < nets.EXAMPLES
        assert len(nets.labeled(TASK, 1000, 0)) == nets.EXAMPLES

    def test_noise_stands_behind_the_pixels(self):
        noisy = nets.pictures(7)
        assert torch.equal(noisy.X[:, :64], TASK.X) and noisy.X[:, 64:].std() == pytest.approx(
            1, abs=0.05
        )


class TestForward:
    @pytest.mark.parametrize("name", STARTS)
    def test_members_are_nets_of_their_own(self, name, codes):
        start, X = STARTS[name], TASK.X[:9].expand(2, -1, -1)
        params = nets.begun(start, codes, 64, (0, 1))
        whole = nets.scores(start, params, X)
        alone = nets.scores(start, [param[1:] for param in params], X[1:])
        torch.testing.assert_close(whole[1:], alone)

    def test_it_is_plain_torch_with_batch_norm(self, codes):
        start, X = STARTS["batch"], TASK.X[:9]
        params, h = nets.first(start, 64, (0,)), TASK.X[:9]
        for place in range(LAYERS):
            weight, bias, scale = (param[0] for param in params[3 * place : 3 * place + 3])
            z = torch.nn.functional.batch_norm(
                h @ weight.T, None, None, scale[0], bias[0], training=True
            )
            h = z.sigmoid()
        expected = h @ params[-2][0].T + params[-1][0]
        torch.testing.assert_close(nets.scores(start, params, X.expand(1, -1, -1))[0], expected)
        known = X.expand(1, -1, -1)
        one = nets.scores(start, params, known[:, :1], known)
        torch.testing.assert_close(one[0, 0], expected[0])


class TestTraining:
    def test_an_autoencoder_is_the_librarys(self):
        fresh = nets.first(STARTS["random"], 64, (3,))
        h = TASK.X[:60].expand(1, -1, -1)
        _, _, miss = training.coded(fresh[0], h, 0, (3,), 0, 0.01)
        back = training.INITS["glorot"](64, nets.UNITS, training.seeded(300)).float()
        coder = Autoencoder(Linear(fresh[0][0]), torch.sigmoid, back)
        coder.back.bias.data = h[0].mean(0)
        assert miss.item() == pytest.approx(coder.error(h[0]).item(), rel=1e-5)

    def test_autoencoders_learn_and_see_no_label(self, codes):
        _, missed = training.pretrained(TASK, (0, 1), passes=1)
        assert missed.shape == (LAYERS, 2) and (missed[0] < 0.9).all()
        wrong = nets.Task(TASK.X, TASK.y.flip(0))
        again = training.pretrained(wrong, (0, 1), passes=1)[0]
        assert all(torch.equal(one, other) for one, other in zip(codes, again, strict=True))

    def test_a_rate_and_a_seed_do_not_touch_each_other(self):
        whole = experiments.runs("relu", TASK, [], 1000, (0.01, 0.1), (0, 1), (0, 1))
        alone = experiments.runs("relu", TASK, [], 1000, (0.1,), (0, 1), (1,))
        torch.testing.assert_close(whole[:, 1:, :, 1:], alone, atol=0.005, rtol=0)

    def test_the_loss_after_training_is_lower(self):
        params = nets.first(STARTS["relu"], 64, (0,))
        before, after = (training.fitted(STARTS["relu"], params, TASK, 0.03, p)[1] for p in (0, 1))
        assert after.item() < before.item() / 2


class TestBack:
    def test_a_linear_count_of_the_slope(self):
        back = experiments.returned("random", [], TASK)
        assert back.shape == (5, LAYERS + 1) and (back[:, -1] == 1).all()
        assert all(0.22 < factor < 0.25 for factor in experiments.factor(back))


class TestRecord:
    def test_it_holds_what_the_page_says(self):
        for task, names in experiments.ARMS.items():
            for name in names:
                times = experiments.TIMES[name in experiments.LONG]
                curves = experiments.recorded("races", task, name, "curves")
                ends = experiments.recorded("races", task, name, "ends")
                assert curves.shape == (len(training.LRS), len(times))
                assert ends.shape == (2, len(training.LRS), 2, 5)

    def test_labels_rise_along_the_counts(self):
        found = experiments.by_labels()
        shape = (len(experiments.COUNTS), 5)
        assert all(each.shape == shape for pair in found.values() for each in pair.values())
        assert all((each[-1] > each[0]).all() for pair in found.values() for each in pair.values())

    @pytest.mark.parametrize("task", ["plain", "few"])
    def test_the_rate_of_pretraining_is_the_best_of_three(self, task):
        codings = experiments.recorded("codings", task)
        scores = codings[:, 0].mean(-1).amax(-1)
        assert int(scores.argmax()) == experiments.CODING_LRS.index(training.CODING_LR)

    @pytest.mark.parametrize("name", ["learned", "mixed", "times", "batch", "relu"])
    def test_no_rate_that_was_chosen_stands_at_an_end_of_the_grid(self, name):
        place = experiments.chosen(experiments.recorded("races", "plain", name, "ends")[:, :, 0])
        assert 0 < place < len(training.LRS) - 1
