"""Operations over dimensions: sums, means, extremes."""

from dlnotes.live.expressions import call, infix
from dlnotes.live.ops.rows import total

_max, _min = call("Math.max"), call("Math.min")

SUM = total("0", "{0} += {1}", lambda a, b: a + b)
_MAX = total("-Infinity", "{0} = Math.max({0}, {1})", _max)
_MIN = total("Infinity", "{0} = Math.min({0}, {1})", _min)


def _mean(program, node, value, dim=None, keepdim=False, **_):
    added = SUM(program, node, value, dim, keepdim)
    return program.elementwise(lambda s: s / (value.size // max(added.size, 1)), added)


def _variance(program, node, value, dim=None, correction=1, keepdim=False):
    mean = _mean(program, node, value, dim, True)
    square = program.elementwise(lambda x, m: (x - m) * (x - m), value, mean)
    added = SUM(program, node, square, dim, keepdim)
    count = value.size // max(added.size, 1) - correction
    return program.elementwise(lambda s: s / count, added)


TOTALS = {
    "sum": SUM,
    "prod": total("1", "{0} *= {1}", lambda a, b: a * b),
    "amax": _MAX,
    "amin": _MIN,
    "max": _MAX,
    "min": _MIN,
    "any": total("false", "{0} ||= {1}", infix("||")),
    "all": total("true", "{0} &&= {1}", infix("&&")),
    "mean": _mean,
    "var": _variance,
}
