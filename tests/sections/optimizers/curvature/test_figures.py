"""What only the figure on curvature does: counts of the runs that go wrong."""

import torch

from dlnotes.sections.optimizers.curvature import figures


def test_the_words_count_the_nets_that_stop_and_those_thrown_out():
    newton = torch.full((5, 31), 0.7)
    newton[3:, -1] = torch.tensor([0.01, 9e5])  # one learns, one is thrown out
    said = figures.on_a_net(newton, newton * 0 + 0.00032).plain
    assert "stops 3 times near the loss of guessing and is thrown out 1 times" in said["en"]
    assert "3 次停在瞎猜的高度附近，1 次甩出去" in said["zh"]
