"""What only the figures on fair comparisons say: when the words are learned, how far Adam jumps."""

import torch

from dlnotes.sections.optimizers.fair_comparison import figures


def test_the_words_say_when_all_groups_are_learned():
    slow, fast, level = (torch.full((20, 4), 4.6) for _ in range(3))
    fast[3:], level[5:] = 0.01, 0.01
    level[9] = 0.2  # once more above
    groups = ["1–4", "5–16", "17–50", "51–100"]
    drawn = figures.words(slow, fast, level, groups, largest=(1, 1000))
    assert "are below 0.1 at step 10" in drawn.html["en"]
    assert "a grid that ends at 1, " in drawn.plain["en"] and "up to 1000 it" in drawn.plain["en"]


def test_the_words_say_how_far_an_emptied_adam_jumps():
    stays = torch.full((5, 41), 0.01)
    restarts = stays.clone()
    restarts[:, 15] = 0.07
    runs = stays, restarts, stays, stays
    drawn = figures.switching(*runs, span=(180, 260), switch=200, lrs=(0.01, 0.3))
    assert "jumps to 7 times the height" in drawn.html["en"]
    assert "跳到原来的 7 倍高" in drawn.html["zh"]
