"""Operations that read the same numbers in another order: only strides change."""

from dlnotes.live.ops.rows import same, viewed


def _flipped(program, node, value, dims):
    return program.flipped(value, dims)


def _copied(program, node, target, source, *args):
    return program.view(source, lambda t: t.expand(target.shape))


VIEWS = {
    **dict.fromkeys(
        (
            *("view", "_unsafe_view", "permute", "transpose", "t", "expand", "broadcast_in_dim"),
            *("select", "slice", "squeeze", "unsqueeze", "diagonal", "unfold"),
        ),
        viewed,
    ),
    **dict.fromkeys(("clone", "alias", "detach", "lift_fresh_copy"), same),
    "copy": _copied,
    "flip": _flipped,
    "rev": _flipped,
}
