"""What rows of the table are made of."""

from dlnotes.live.values import Value


def each(function):
    """A row that computes every element by itself; arguments broadcast."""

    def row(program, node, *args, **kwargs):
        given = {**dict(enumerate(args)), **kwargs}
        tensors = {key: value for key, value in given.items() if isinstance(value, Value)}

        def element(*exprs):
            full = given | dict(zip(tensors, exprs, strict=True))
            return function(
                *(full[i] for i in range(len(args))), **{key: full[key] for key in kwargs}
            )

        return program.elementwise(element, *tensors.values())

    return row


def viewed(program, node, value, *args, **kwargs):
    """A row for PyTorch's views: PyTorch itself says which strides they have."""
    return program.view(value, lambda tensor: node.call(tensor, *args, **kwargs))


def same(program, node, value, *args, **kwargs):
    """A row for copies: values never change, so a copy is the value."""
    return value


def total(start, combine, fold):
    """A row over dimensions (all where none are given): JavaScript and expression of one step."""

    def row(program, node, value, dim=None, keepdim=False, **_):
        dims = [dim] if isinstance(dim, int) else dim or range(len(value.shape))
        return program.reduce(value, dims, keepdim, start=start, combine=combine, fold=fold)

    return row
