"""The task on one step down a parabola, answered anew."""

import numpy as np

ANEW = {
    "across_widths_landing": [
        lambda x, curvature, lr: x * (1 - lr * curvature),
        lambda x, curvature, lr: np.polyval([1 - lr * curvature, 0], x),
    ],
}
