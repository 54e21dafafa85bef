"""The inputs of a task as JSON, in and out: numbers, text, lists, dicts, tensors, generators.

The trusted side writes them, the jail reads them; a number arrives bit for bit.
"""

import base64
import math
from typing import Any

import numpy as np
import torch

_TENSOR, _ARRAY, _TUPLE, _DICT, _SPECIAL, _RANDOM = (
    "tensor",
    "array",
    "tuple",
    "dict",
    "special",
    "generator",
)


def encoded(value: Any) -> Any:
    """The value as something `json.dumps` takes: tagged, so that its kind survives.

    Example:
        >>> encoded((1, float("inf")))
        {'tuple': [1, {'special': 'inf'}]}

    Raises:
        TypeError: for a kind that cannot travel.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return {_SPECIAL: str(float(value))}
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [encoded(item) for item in value]
    if type(value) is tuple:
        return {_TUPLE: [encoded(item) for item in value]}
    if type(value) is dict:
        return {_DICT: [[encoded(key), encoded(item)] for key, item in value.items()]}
    if isinstance(value, torch.Generator):
        return {_RANDOM: _bytes(value.get_state().numpy())}
    if isinstance(value, np.ndarray | np.generic):
        array = np.ascontiguousarray(value).reshape(np.shape(value))
        return {_ARRAY: [array.dtype.str, list(array.shape), _bytes(array)]}
    if isinstance(value, torch.Tensor):
        return {_TENSOR: _packed(value.detach().cpu().contiguous())}
    raise TypeError(
        f"an input must be a number, text, list, tuple, dict, array, tensor or generator, "
        f"got {type(value).__name__}."
    )


def decoded(data: Any) -> Any:
    """The value that `encoded` wrote; a new one at every call.

    Example:
        >>> decoded(encoded((1, [2.5, None])))
        (1, [2.5, None])
    """
    if isinstance(data, list):
        return [decoded(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((kind, content),) = data.items()
    match kind:
        case "special":
            return float(content)
        case "tuple":
            return tuple(decoded(item) for item in content)
        case "dict":
            return {decoded(key): decoded(item) for key, item in content}
        case "generator":
            generator = torch.Generator()
            generator.set_state(torch.from_numpy(_array("|u1", content)))
            return generator
        case "array":
            dtype, shape, text = content
            return _array(dtype, text).reshape(shape)
    dtype, shape, text = content
    if not text:
        return torch.empty(shape, dtype=getattr(torch, dtype))
    numbers = torch.from_numpy(_array("|u1", text))
    return numbers.view(getattr(torch, dtype)).reshape(shape)


def _packed(tensor: torch.Tensor) -> list:
    raw = tensor.reshape(-1).view(torch.uint8).numpy()
    return [str(tensor.dtype).removeprefix("torch."), list(tensor.shape), _bytes(raw)]


def _bytes(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _array(dtype: str, text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=np.dtype(dtype)).copy()
