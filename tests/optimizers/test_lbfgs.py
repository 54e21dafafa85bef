"""L-BFGS's two loops, against the matrix that they do not write down and against torch."""

from itertools import pairwise

import torch

from dlnotes.optimizers.lbfgs import lbfgs_direction

DOUBLE = torch.float64


def pairs(count: int, size: int = 6):
    """Moves, and turns by a matrix whose curvatures are positive."""
    source = torch.Generator().manual_seed(count)
    root = torch.randn(size, size, generator=source, dtype=DOUBLE)
    moves = list(torch.randn(count, size, generator=source, dtype=DOUBLE))
    hessian = root @ root.T + torch.eye(size, dtype=DOUBLE)
    return moves, [hessian @ move for move in moves], hessian


def inverse(moves, turns):
    """Nocedal & Wright (2006), equations 7.16 and 7.20, written out."""
    eye = torch.eye(len(moves[0]), dtype=DOUBLE)
    H = (moves[-1] @ turns[-1]) / (turns[-1] @ turns[-1]) * eye
    for move, turn in zip(moves, turns, strict=True):
        share = 1 / (move @ turn)
        V = eye - share * torch.outer(turn, move)
        H = V.T @ H @ V + share * torch.outer(move, move)
    return H


def test_two_loops_are_the_matrix():
    for count in (1, 3, 8):
        moves, turns, _ = pairs(count)
        slope = torch.arange(6, dtype=DOUBLE) - 2.2
        exact = -inverse(moves, turns) @ slope
        assert torch.allclose(lbfgs_direction(slope, moves, turns), exact, rtol=1e-9)


def test_the_latest_pair_is_answered_exactly():
    moves, turns, _ = pairs(4)
    assert torch.allclose(lbfgs_direction(turns[-1], moves, turns), -moves[-1], atol=1e-12)


def test_without_pairs_it_is_gradient_descent():
    slope = torch.tensor([1.0, -2.0])
    assert torch.equal(lbfgs_direction(slope, [], []), -slope)


def test_a_run_is_that_of_torch():
    """torch.optim.LBFGS without a line search, ten steps down a bowl."""
    curvatures = torch.logspace(0, 1, 6, dtype=DOUBLE)
    theirs = torch.ones(6, dtype=DOUBLE, requires_grad=True)
    optimizer = torch.optim.LBFGS([theirs], lr=1, max_iter=1, history_size=4)

    def closure():
        optimizer.zero_grad()
        loss = (curvatures * theirs**2).sum() / 2
        loss.backward()
        return loss

    w, moves, slopes = torch.ones(6, dtype=DOUBLE), [], []
    for _ in range(10):
        slopes = [*slopes, curvatures * w]
        turns = [after - before for before, after in pairwise(slopes)]
        move = lbfgs_direction(slopes[-1], moves[-4:], turns[-4:])
        move = move if moves else move * (1 / slopes[-1].abs().sum()).clamp(max=1)
        w, moves = w + move, [*moves, move]
        optimizer.step(closure)
        assert torch.allclose(w, theirs.detach(), atol=1e-10)
