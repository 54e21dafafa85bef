"""The tasks on remedies, answered anew in other styles."""

import numpy as np
import torch
from scipy.stats import mannwhitneyu, ttest_rel


def by_sums(losses, batch_size):
    n, mean = len(losses), float(losses.sum()) / len(losses)
    return (sum((float(one) - mean) ** 2 for one in losses) / n / batch_size) ** 0.5


def by_counting(deviation, error):
    count = 1
    while deviation / count**0.5 > error:
        count += 1
    return count


def by_test(scores, positive):
    one, other = scores[positive].numpy(), scores[~positive].numpy()
    return mannwhitneyu(one, other).statistic / (len(one) * len(other))


def by_signs(scores, positive):
    apart = scores[positive][:, None] - scores[~positive][None]
    return (1 + apart.sign().double().mean()) / 2


def by_student(validation, test, none):
    dose = int(np.argmax(validation.numpy().mean(axis=1)))
    return ttest_rel(test[dose].numpy(), none.numpy()).statistic


def by_loops(validation, test, none):
    means = [float(row.sum()) / len(row) for row in validation]
    apart = test[means.index(max(means))].double() - none.double()
    spread = (apart - apart.mean()).square().sum() / (len(apart) - 1)
    return apart.mean() / torch.sqrt(spread / len(apart))


def by_polyfit(few, error_few, many, error_many, wanted):
    slope, height = np.polyfit(np.log([error_few, error_many]), np.log([few, many]), 1)
    return np.exp(slope * np.log(wanted) + height)


ANEW = {
    "jump_of_a_batch": [
        lambda losses, batch_size: np.std(losses.numpy()) / np.sqrt(batch_size),
        by_sums,
    ],
    "images_to_see_it": [
        lambda deviation, error: int(np.ceil(deviation**2 / error**2)),
        by_counting,
    ],
    "area_by_pairs": [by_test, by_signs],
    "cell_of_the_table": [by_student, by_loops],
    "images_for_an_error": [
        lambda few, error_few, many, error_many, wanted: (
            few * (error_few / wanted) ** (np.log(many / few) / np.log(error_few / error_many))
        ),
        by_polyfit,
    ],
}
