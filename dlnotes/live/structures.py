"""Nested results: dicts, tuples, lists and NamedTuples with tensors at their leaves."""


def is_named(value):
    """Whether `value` is a NamedTuple."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


def parts(value):
    """The `(key, part)` pairs of a structure, or None where `value` is a leaf."""
    if is_named(value):
        return list(zip(value._fields, value, strict=True))
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, (tuple, list)):
        return list(enumerate(value))
    return None


def flatten(value):
    """The leaves of a structure, in order."""
    inside = parts(value)
    return [value] if inside is None else [leaf for _, part in inside for leaf in flatten(part)]


def rebuild(value, leaf, path=()):
    """The same structure with `leaf(path, old)` at each leaf; NamedTuples keep their type."""
    inside = parts(value)
    if inside is None:
        return leaf(path, value)
    new = [rebuild(part, leaf, (*path, key)) for key, part in inside]
    if is_named(value):
        return type(value)(*new)
    if isinstance(value, dict):
        return dict(zip(value, new, strict=True))
    return type(value)(new)
