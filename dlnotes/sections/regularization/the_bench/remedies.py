"""The remedies, five doses each.

Book: regularization/the_bench
"""

from itertools import product

from dlnotes.sections.regularization.the_bench.nets import Setting

FIELDS = {  # remedy: the field of a setting that is its dose
    "l2": "l2", "decay": "decay", "l1": "l1", "dropout": "drop", "rate": "lr", "noise": "noise",
    "shifts": "shift", "smoothing": "smooth", "mixup": "mix", "batch_norm": "group",
    "narrower": "width", "pruning": "sparsity",
}  # fmt: skip
DOSES = {
    "l2": (0.003, 0.01, 0.03, 0.1, 0.2),
    "decay": (0.3, 1.0, 3.0, 10.0, 30.0),
    "l1": (0.0003, 0.001, 0.003, 0.01, 0.03),
    "dropout": (0.2, 0.4, 0.6, 0.8, 0.9),
    "early": (1, 3, 10, 30, 100),
    "epochs": (10, 20, 40, 80, 160),
    "rate": (1e-4, 2e-4, 3e-4, 5e-4, 1e-3),
    "noise": (0.5, 1.0, 1.5, 2.0, 3.0),
    "shifts": (0.25, 0.5, 0.75, 1.0, 1.5),
    "smoothing": (0.02, 0.05, 0.1, 0.2, 0.4),
    "mixup": (0.1, 0.2, 0.5, 1.0, 4.0),
    "batch_norm": (150, 75, 50, 30, 10),
    "narrower": (32, 16, 8, 4, 2),
    "shallower": (0.0003, 0.001, 0.003, 0.01, 0.03),
    "pruning": (0.5, 0.75, 0.875, 0.9375, 0.96875),
}
REMEDIES = tuple(DOSES)
PAIRS = {
    ("l2", "noise"): tuple(product((0.003, 0.03, 0.1), (0.5, 1.0, 1.5))),
    ("l2", "shifts"): tuple(product((0.003, 0.03, 0.1), (0.5, 0.75, 1.0))),
}
MORE = (300, 600)  # images, as a ruler


def setting(remedy: str, dose: float) -> Setting:
    """What a net is trained with; early stopping and fewer epochs read it off no remedy's run."""
    if remedy == "shallower":
        return Setting(width=0, lr=dose)
    return Setting(**({FIELDS[remedy]: dose} if remedy in FIELDS else {}))


def paired(pair: tuple[str, str], doses: tuple[float, float]) -> Setting:
    """Both at once."""
    return Setting(**{FIELDS[name]: dose for name, dose in zip(pair, doses, strict=True)})
