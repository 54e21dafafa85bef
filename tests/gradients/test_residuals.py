"""Residual blocks: the sum, the two parts of a message, and input that is no block."""

import math

import pytest
import torch

from dlnotes.gradients.flow import signal_flow
from dlnotes.gradients.residuals import ResidualBlock, gradient_split


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def linear_blocks(count, scale=1.0):
    weights = [normal(6, 6, seed=10 + i) / 6 for i in range(count)]
    return weights, [ResidualBlock(lambda h, w=w: h @ w.T, scale) for w in weights]


class TestBlock:
    def test_a_block_adds_the_scaled_branch(self):
        h = normal(3, 4)
        torch.testing.assert_close(ResidualBlock(torch.tanh, 0.5)(h), h + 0.5 * h.tanh())

    def test_a_branch_of_minus_its_input_leaves_nothing(self):
        h = normal(2, 3).requires_grad_()
        out = ResidualBlock(lambda h: -h)(h)
        out.sum().backward()
        assert torch.equal(out, torch.zeros_like(h)) and torch.equal(h.grad, torch.zeros_like(h))

    def test_a_module_may_be_a_branch_and_is_found(self):
        block = ResidualBlock(torch.nn.Linear(4, 4))
        assert len(list(block.parameters())) == 2

    def test_what_cannot_be_added_is_said(self):
        with pytest.raises(ValueError, match="must keep the shape"):
            ResidualBlock(lambda h: h[:, :1])(normal(2, 3))
        with pytest.raises(TypeError, match="branch"):
            ResidualBlock("tanh")
        with pytest.raises(ValueError, match="scale"):
            ResidualBlock(torch.tanh, math.inf)


class TestSplit:
    def test_the_parts_are_those_of_the_product_of_matrices(self):
        weights, blocks = linear_blocks(3, scale=0.5)
        x, message = normal(2, 6, seed=1), normal(2, 6, seed=2)
        split, now = gradient_split(blocks, x, message), message
        for place in (2, 1, 0):
            now = now @ (torch.eye(6, dtype=torch.float64) + 0.5 * weights[place])
            assert split.total[place].item() == pytest.approx(now.square().mean().sqrt().item())
            rest = (now - message).square().mean().sqrt().item()
            assert split.branches[place].item() == pytest.approx(rest)
        size = message.square().mean().sqrt().item()
        assert split.straight.tolist() == pytest.approx([size] * 4)
        assert split.branches[3] == 0

    def test_the_total_is_that_of_signal_flow(self):
        blocks = [ResidualBlock(torch.sigmoid), ResidualBlock(torch.tanh, 0.3)]
        x, message = normal(4, 5), normal(4, 5, seed=1)
        flow = signal_flow(blocks, x, message)
        torch.testing.assert_close(gradient_split(blocks, x, message).total, flow.backward)

    def test_the_message_drawn_is_that_of_signal_flow(self):
        blocks = [ResidualBlock(torch.tanh)]
        torch.testing.assert_close(
            gradient_split(blocks, normal(4, 5)).total, signal_flow(blocks, normal(4, 5)).backward
        )

    def test_parts_of_opposite_sign_cancel(self):
        split = gradient_split(
            [ResidualBlock(lambda h: -h)], normal(2, 3), torch.ones(2, 3).double()
        )
        assert split.straight[0] == split.branches[0] == 1 and split.total[0] == 0

    def test_what_is_no_block_is_said(self):
        with pytest.raises(TypeError, match="residual blocks"):
            gradient_split([torch.tanh], normal(2, 3))
        with pytest.raises(ValueError, match="blocks"):
            gradient_split([], normal(2, 3))
        with pytest.raises(ValueError, match="must have the shape of x"):
            gradient_split([ResidualBlock(torch.tanh)], normal(2, 3), normal(2, 4))
