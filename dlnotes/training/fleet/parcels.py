"""Values on their way to another process and back: as bytes, rules included.

A rule is a module, and pickle refuses modules; here a module travels as its name.
"""

import copyreg
import importlib
import io
import pickle
from types import ModuleType
from typing import Any


def packed(value: Any) -> bytes:
    """The value as bytes; `pickle.loads` unpacks it.

    Raises:
        TypeError: when something in it, such as a function without a name, cannot travel.

    Example:
        >>> import math
        >>> pickle.loads(packed(math)) is math
        True
    """
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {ModuleType: _by_name}
    try:
        pickler.dump(value)
    except (AttributeError, pickle.PicklingError, TypeError) as error:
        raise TypeError(
            f"`executor` must be handed things that can be pickled, got {error}; "
            "define functions at the top of a module, or use threads."
        ) from None
    return buffer.getvalue()


def _by_name(module: ModuleType) -> tuple:
    return importlib.import_module, (module.__name__,)
