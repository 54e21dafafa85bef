"""The task on one step down a parabola, answered anew."""

import numpy as np

ANEW = {
    "better_or_smaller_landing": [
        lambda x, curvature, lr: x * (1 - lr * curvature),
        lambda x, curvature, lr: np.polyval([1 - lr * curvature, 0], x),
    ],
}
