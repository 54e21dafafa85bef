"""The tasks on soft labels, answered anew in other styles."""

import numpy as np
import torch
import torch.nn.functional as F


def by_descent(classes, smoothing):
    target = torch.full((classes,), smoothing / classes, dtype=torch.float64)
    target[-1] += 1 - smoothing
    scores = target.log() - target.log().mean()  # one of many with these probabilities
    return scores[-1] - scores[0], F.cross_entropy(scores, target)


def by_torch(scores, y, smoothing):
    scores = scores.clone().requires_grad_()
    F.cross_entropy(scores, y, label_smoothing=smoothing).backward()
    return scores.grad


def by_parts(scores, y, smoothing):
    hard = F.one_hot(y, scores.shape[1])
    said = torch.exp(scores - torch.logsumexp(scores, 1, keepdim=True))
    slope = (1 - smoothing) * (said - hard) + smoothing * (said - 1 / scores.shape[1])
    return slope / scores.shape[0]


def by_histograms(confidence, right, bins):
    edges = np.linspace(0, 1, bins + 1)
    sure = np.histogram(confidence.numpy(), edges, weights=confidence.numpy())[0]
    hits = np.histogram(confidence.numpy(), edges, weights=right.numpy())[0]
    return np.abs(sure - hits).sum() / len(confidence)


def one_by_one(confidence, right, bins):
    off = {}
    for sure, hit in zip(confidence.tolist(), right.tolist(), strict=True):
        place = min(int(sure * bins), bins - 1)
        off[place] = off.get(place, 0) + sure - hit
    return sum(map(abs, off.values())) / len(right)


def by_entropy(soft, hard, classes, smoothing):
    rest = torch.full((classes - 1,), smoothing / classes, dtype=torch.float64)
    target = torch.cat([1 - rest.sum().reshape(1), rest])
    above = soft - torch.special.entr(target).sum()
    return above, above < hard


def by_least_squares(x, y, spread, alpha):
    shrink = 0.5 + 0.5 / (2 * spread + 1)
    centred = np.append((x - x.mean()).numpy(), np.sqrt(len(x) * alpha / shrink))
    return np.linalg.lstsq(centred[:, None], np.append((y - y.mean()).numpy(), 0), rcond=None)[0][0]


ANEW = {
    "where_it_stops": [
        by_descent,
        lambda classes, smoothing: (
            np.log(classes * (1 - smoothing) / smoothing + 1),
            -np.sum(
                [
                    share * np.log(share)
                    for share in [1 - smoothing + smoothing / classes]
                    + [smoothing / classes] * (classes - 1)
                ]
            ),
        ),
    ],
    "slope_of_a_soft_label": [by_torch, by_parts],
    "says_and_hits": [by_histograms, one_by_one],
    "closer_to_its_floor": [
        by_entropy,
        lambda soft, hard, classes, smoothing: (
            (
                above := soft
                - F.cross_entropy(
                    torch.tensor([classes * (1 - smoothing) / smoothing + 1] + [1] * (classes - 1))
                    .double()
                    .log(),
                    torch.tensor(0),
                    label_smoothing=smoothing,
                ).item()
            ),
            1.0 if above < hard else 0.0,
        ),
    ],
    "line_through_mixes": [
        by_least_squares,
        lambda x, y, spread, alpha: (
            torch.cov(torch.stack([x, y]), correction=0)[0, 1]
            / (torch.var(x, correction=0) + alpha * (2 * spread + 1) / (spread + 1))
        ),
    ],
}

HARMLESS = {
    "says_and_hits: right[here] - confidence[here]: swapped": "inside an absolute value",
}
