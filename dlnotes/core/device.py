"""Where tensors live."""

import torch


def best_device(device: str | torch.device | None = None) -> torch.device:
    """The device asked for, else the best one at hand.

    Args:
        device: `"cpu"`, `"cuda"`, `"mps"` …; `None` takes the accelerator if there is one.

    Example:
        >>> best_device("cpu")
        device(type='cpu')
    """
    if device is not None:
        return torch.device(device)
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
