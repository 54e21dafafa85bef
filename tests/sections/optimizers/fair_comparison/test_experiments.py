"""The protocol: what is drawn, chosen and reported; and the record, trained again in part."""

import itertools
import math
import statistics

import pytest
import torch

from dlnotes.core.intervals import interval
from dlnotes.optimizers import adam, momentum, sgd
from dlnotes.sections.optimizers.fair_comparison.contests import (
    CONTESTS,
    Entrant,
    digits,
    frequencies,
    learned,
    trap,
    word_loss,
    words,
)
from dlnotes.sections.optimizers.fair_comparison.experiments import (
    ENTRANTS,
    LRS,
    SEEDS,
    chances,
    chosen,
    compete,
    largest_difference,
    part,
    ranks,
    recorded,
    tolerance,
    tuned,
)
from dlnotes.sections.optimizers.fair_comparison.turns import Turns
from dlnotes.training.sweeps import Sweep

DOUBLE = torch.float64
LITTLE = Sweep(
    torch.tensor([0.01, 0.1, 1.0, 10.0], dtype=DOUBLE),
    (0, 1),
    torch.tensor([[0.2, 0.9, 0.8, 0.1], [0.5, 0.5, 0.4, 0.3]], dtype=DOUBLE).T,
    torch.tensor([[0.3, 0.7, 0.95, 0.0], [0.6, 0.8, 0.5, 0.2]], dtype=DOUBLE).T,
)


# ---- the protocol ------------------------------------------------------------------------------
@pytest.mark.parametrize("trials", [1, 2, 3, 4])
def test_the_expected_score_is_the_mean_over_all_draws(trials):
    for seed in range(2):
        reported = []
        for drawn in itertools.combinations(range(4), trials):
            kept = max(drawn, key=lambda place: LITTLE.validation[place, seed])
            reported.append(LITTLE.scores[kept, seed].item())
        expected = tuned(LITTLE, trials)[seed].item()
        assert expected == pytest.approx(statistics.fmean(reported), abs=1e-12)


def test_the_whole_grid_reports_the_test_score_of_the_best_validation_score():
    assert tuned(LITTLE).tolist() == [0.7, 0.6]
    assert chosen(LITTLE).tolist() == [0.1, 0.01]


def test_of_equal_validation_scores_the_smaller_learning_rate_wins():
    assert ranks(LITTLE.validation)[:, 1].tolist() == [0, 1, 2, 3]


def test_the_two_lines_of_the_page_choose_and_report_as_the_library():
    for field in recorded().values():
        for sweep in field.values():
            place = sweep.validation.argmax(0)
            reported = sweep.scores[place, torch.arange(len(SEEDS))]
            assert torch.equal(reported, tuned(sweep).to(reported))


def test_a_part_of_the_grid_holds_both_of_its_ends():
    cut = part(LITTLE, 0.1, 1.0)
    assert cut.lrs.tolist() == [0.1, 1.0] and cut.seeds == LITTLE.seeds
    assert cut.validation.tolist() == LITTLE.validation[1:3].tolist()
    assert tuned(cut).tolist() == [0.7, 0.8]
    assert part(LITTLE, 0.01, 10.0).scores.tolist() == LITTLE.scores.tolist()


def test_the_largest_difference_is_the_farthest_end_of_all_intervals():
    seeds = torch.tensor([0.0, 0.1, 0.2, 0.3])
    scores = {"one": seeds, "two": seeds + 0.01, "three": seeds - torch.tensor([0.0, 0.1, 0, 0.1])}
    same = {name: scores[name] for name in ("one", "two")}
    assert largest_difference(scores, same) == pytest.approx(0.01, rel=1e-3)
    low, high = interval(scores["two"] - scores["three"])
    assert largest_difference(scores, scores) == pytest.approx(max(-low, high))


@pytest.mark.parametrize(("trials", "candidates"), [(1, 1), (1, 7), (3, 7), (7, 7), (12, 33)])
def test_chances_add_up_to_one_and_fall(trials, candidates):
    found = chances(trials, candidates)
    assert found.sum().item() == pytest.approx(1, abs=1e-12)
    assert (found.diff() <= 0).all()
    assert found[0].item() == pytest.approx(trials / candidates)


def test_more_trials_than_candidates_are_refused():
    with pytest.raises(ValueError, match="trials=5 and candidates=4"):
        chances(5, 4)


def test_tolerance_counts_decades_of_the_grid():
    assert tolerance(LITTLE, 0.26).tolist() == [2.0, 2.0]
    assert tolerance(LITTLE, 0.0).tolist() == [1.0, 1.0]


# ---- the tasks ---------------------------------------------------------------------------------
def test_what_is_reported_was_neither_trained_on_nor_chosen_by():
    data, choose = digits(3), CONTESTS["digits"].choose
    assert [len(data.X), choose, len(data.X_test) - choose] == [1000, 397, 400]
    everything = torch.cat([data.X, data.X_test])
    assert len(torch.unique(everything, dim=0)) > 1750  # a few images come up twice
    assert not torch.equal(data.X_test, digits(4).X_test)


def test_the_trap_is_wilsons_with_seven_in_ten_positive():
    data = trap(0)
    assert data.X.shape == (60, 903) and data.X_test.shape == (120, 903)
    assert CONTESTS["trap"].choose == 60
    assert (data.y > 0).sum() == 42 and set(data.y.flatten().tolist()) == {-1.0, 1.0}


def test_a_words_loss_counts_it_as_often_as_it_comes():
    y = words(0).y
    output = torch.randn(len(y), len(y), generator=torch.Generator().manual_seed(0))
    each = torch.nn.functional.cross_entropy(output, y, reduction="none")
    assert word_loss(output, y).item() == pytest.approx((frequencies() * each).sum().item(), 1e-5)
    assert frequencies()[0] / frequencies()[9] == pytest.approx(10)


def test_sgd_learns_frequent_words_first_and_adam_all_alike():
    groups = [slice(0, 4), slice(50, 100)]
    slow, level = (learned(ENTRANTS[n], lr, groups)[20] for n, lr in (("sgd", 1.0), ("adam", 0.1)))
    assert slow[0] < 0.7 * slow[1]
    assert level[0] == pytest.approx(level[1].item(), rel=1e-2)


def test_on_the_trap_a_large_eps_turns_adam_into_momentum():
    contest, lr, eps = CONTESTS["trap"], 0.02, 1e6
    plain = compete(Entrant(momentum, lr, {"momentum": 0.9}), contest, lrs=[lr], seeds=[0, 1])
    entrant = Entrant(adam, lr, {"eps": eps})
    played = compete(entrant, contest, lrs=[lr * eps / (1 - 0.9)], seeds=[0, 1])
    assert played.scores.tolist() == plain.scores.tolist() == [[1.0, 1.0]]
    usual = compete(ENTRANTS["adam"], contest, lrs=[0.01], seeds=[0, 1])
    assert usual.scores.max() < 0.8


def test_a_run_that_diverges_scores_nothing():
    scores = compete(ENTRANTS["sgd"], CONTESTS["trap"], lrs=[0.01, 100.0], seeds=[0])
    assert scores.scores.tolist() == [[1.0], [0.0]] and scores.validation[1, 0] == 0


# ---- the record --------------------------------------------------------------------------------
def test_the_record_holds_every_run():
    record = recorded()
    assert record.keys() == CONTESTS.keys()
    for entrants in record.values():
        assert entrants.keys() == ENTRANTS.keys()
        for scores in entrants.values():
            assert scores.validation.shape == scores.scores.shape == (len(LRS), len(SEEDS))
    assert len(record) * len(ENTRANTS) * len(SEEDS) * len(LRS) == 6930


def test_the_numbers_in_the_text_are_those_of_the_record():
    record = recorded()["digits"]
    same = {name: round(scores.at(0.001).mean().item(), 3) for name, scores in record.items()}
    said = {"rmsprop": 0.958, "adam": 0.946, "momentum": 0.843, "sgd": 0.249, "adadelta": 0.099}
    assert {name: same[name] for name in said} == said
    assert max(same, key=same.get) == "rmsprop" and min(same, key=same.get) == "adadelta"
    best = {name: tuned(scores).mean().item() for name, scores in record.items()}
    assert max(best, key=best.get) == "adadelta"
    assert round(100 * (max(best.values()) - min(best.values())), 1) == 0.4
    assert 0 < best["adam"] - best["sgd"] < 0.001
    assert round(min(best.values()), 3) == 0.967
    trapped = recorded()["trap"]["adam"].scores.mean(1)
    assert [round(score, 3) for score in trapped.tolist()] == [0.705] * len(LRS)


def test_ten_seeds_give_ten_rankings_and_six_winners():
    best = {name: tuned(scores).tolist() for name, scores in recorded()["digits"].items()}
    orders = [sorted(best, key=lambda name: -round(best[name][seed], 6)) for seed in SEEDS]
    assert len(set(map(tuple, orders))) == 10
    assert len({order[0] for order in orders}) == 6


def test_where_the_good_learning_rates_lie_is_as_the_text_says():
    record = recorded()
    for contest, sgds, adams in (("digits", 0.562, 0.01), ("words", 1000.0, 0.562)):
        assert chosen(record[contest]["sgd"]).median().item() == pytest.approx(sgds)
        assert chosen(record[contest]["adam"]).median().item() == pytest.approx(adams)
    for name, decades in (("adam", 0.0), ("sgd", 1.75)):
        mean = record["digits"][name].scores.mean(1)
        good = record["digits"][name].lrs[mean >= mean.max() - 0.03]
        assert max(0.0, math.log10(good[0] / 0.001)) == pytest.approx(decades, abs=0.01)


def test_a_grid_shuts_out_what_the_text_says():
    record = recorded()["digits"]
    assert (chosen(record["adadelta"]) >= 1).all()
    mean = record["adam"].scores.mean(1)
    good = record["adam"].lrs[mean >= mean.max() - 0.03]
    assert (good < 0.0099).sum() > len(good) / 2


def test_the_draw_by_hand_is_the_librarys():
    assert chances(2, 3).tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert round(0.88 * 2 / 3 + 0.82 / 3, 2) == 0.86


def test_a_seed_of_the_words_only_renames_them():
    for sweep in recorded()["words"].values():
        assert sweep.scores.std(1).max() < 2e-4


def test_the_weights_in_the_trap_are_those_of_the_text():
    from dlnotes.training.loop import train

    data = trap(0)
    for rule, lr, of_class, constant in ((adam, 0.01, 0.24, 0.18), (sgd, 0.05, 0.93, 0.02)):
        contest = CONTESTS["trap"]
        run = train(contest.net, data, rule, lr=lr, steps=contest.steps, loss=contest.loss)
        weight, bias = run.params["layers.0.weight"][0], run.params["layers.0.bias"]
        assert round(weight[0].item(), 2) == of_class
        assert [round(one.item(), 2) for one in (weight[1], weight[2], bias)] == [constant] * 3
        if rule is adam:
            assert round((weight[1] + weight[2] + bias).item(), 2) == 0.54


def test_momentums_curve_is_sgds_a_decade_to_the_left():
    record = recorded()["digits"]
    ahead, behind = (record[name].scores.mean(1) for name in ("momentum", "sgd"))
    assert (ahead[:16] - behind[4:20]).abs().max() < 0.02


# ---- taking turns ------------------------------------------------------------------------------
def test_each_turn_begins_with_an_empty_memory():
    rule, param = Turns(adam, momentum, steps=3), torch.zeros(2, dtype=DOUBLE)
    source = torch.Generator().manual_seed(0)
    grads, state = torch.randn(9, 2, generator=source, dtype=DOUBLE), rule.init(param)
    for step, grad in enumerate(grads):
        delta, state = rule.update(grad, state, param, lr=0.1, second_lr=0.3)
        of, lr = ((adam, 0.1), (momentum, 0.3), (adam, 0.1))[step // 3]
        if step % 3 == 0:
            alone = of.init(param)
        expected, alone = of.update(grad, alone, param, lr=lr)
        assert torch.allclose(delta, expected, rtol=1e-12, atol=1e-15)


def test_turns_go_by_hand_in_a_fleet_as_mapped():
    from dlnotes.training.fleet import fleet

    data = CONTESTS["digits"].data(0)
    plan = {"lr": 0.01, "second_lr": [0.3, 0.1], "steps": 12, "batch_size": 50, "every": 4}
    one, other = (
        fleet(CONTESTS["digits"].net, data, Turns(adam, sgd, steps=5), by_hand=by_hand, **plan)
        for by_hand in (True, False)
    )
    assert torch.allclose(one.train_loss, other.train_loss, rtol=1e-4)
    assert one.train_loss.shape == (2, 4)
