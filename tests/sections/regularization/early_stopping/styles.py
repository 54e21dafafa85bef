"""The tasks on stopping in time, answered anew in other styles."""

import numpy as np
import torch


def walked(curvature, lr, steps):
    place = 0.0
    for _ in range(steps):
        place += lr * curvature * (1 - place)
    return place, curvature * (1 - place) / place


def by_window(losses, patience):
    lowest = np.minimum.accumulate(losses)
    for look in range(patience, len(losses)):
        if lowest[look] == lowest[look - patience]:
            return int(np.argmin(losses[: look + 1])), look + 1
    return int(np.argmin(losses)), len(losses)


def by_lists(losses, patience):
    seen = []
    for loss in losses:
        seen.append(loss)
        if len(seen) - 1 - seen.index(min(seen)) >= patience:
            break
    return torch.tensor(seen).argmin(), len(seen)


def by_numpy(X, y, X_val, y_val, lr, patience):
    X, y, X_val, y_val = (each.numpy() for each in (X, y, X_val, y_val))
    path, errors = [np.zeros(X.shape[1])], []
    while len(errors) < 400:
        errors.append(np.mean((X_val @ path[-1] - y_val) ** 2))
        if len(errors) - 1 - np.argmin(errors) >= patience:
            break
        path.append(path[-1] - lr * X.T @ (X @ path[-1] - y) / len(y))
    return path[int(np.argmin(errors))]


def by_autograd(X, y, X_val, y_val, lr, patience):
    theta = torch.zeros(X.shape[1], dtype=X.dtype, requires_grad=True)
    kept, lowest, since = None, float("inf"), 0
    for _ in range(400):
        error = (X_val @ theta - y_val).square().mean().item()
        since = 0 if error < lowest else since + 1
        if not since:
            kept, lowest = theta.detach().clone(), error
        if since >= patience:
            break
        loss = (X @ theta - y).square().mean() / 2
        (slope,) = torch.autograd.grad(loss, theta)
        with torch.no_grad():
            theta -= lr * slope
    return kept


def searched(curvature, level, noise, examples, lr):
    def rises(steps):  # whether the error grows with more steps
        kept = 1 - (1 - lr * curvature) ** steps
        return kept * noise**2 / examples > curvature * level**2 * (1 - kept)

    low, high = 0.0, 1e5
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) else (middle, high)
    return low


ANEW = {
    "steps_as_penalty": [
        walked,
        lambda curvature, lr, steps: (
            -np.expm1(steps * np.log1p(-lr * curvature)),
            curvature / np.expm1(-steps * np.log1p(-lr * curvature)),
        ),
    ],
    "stop_by_patience": [by_window, by_lists],
    "stop_and_go_back": [by_numpy, by_autograd],
    "same_training_loss": [
        lambda small, small_test, large, large_test: (
            int(np.argmax(np.array(large) <= small[-1])),
            small_test[-1] - large_test[int(np.argmax(np.array(large) <= small[-1]))],
        ),
        lambda small, small_test, large, large_test: min(
            (i, small_test[-1] - test)
            for i, (loss, test) in enumerate(zip(large, large_test, strict=True))
            if loss <= small[-1]
        ),
    ],
    "stop_for_noise": [
        searched,
        lambda curvature, level, noise, examples, lr: (
            np.log1p(curvature * examples * (level / noise) ** 2) / -np.log(1 - lr * curvature)
        ),
    ],
}
