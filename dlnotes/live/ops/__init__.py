"""The table of operations: what each aten operation becomes. To cover another, add a row.

A row takes the program, the traced node and the operation's arguments, tensors as `Value`s,
and returns a `Value`. Most rows are made by `each` (element by element), `viewed` (other
strides) and `total` (over dimensions). An operation that can be said in terms of others needs
no row, but a few lines in `dlnotes/live/decompositions.py`.
"""

from dlnotes.live.ops.choosing import CHOOSING
from dlnotes.live.ops.elementwise import ELEMENTWISE
from dlnotes.live.ops.products import PRODUCTS
from dlnotes.live.ops.totals import TOTALS
from dlnotes.live.ops.views import VIEWS

__all__ = ["OPS"]

OPS = {**ELEMENTWISE, **VIEWS, **CHOOSING, **TOTALS, **PRODUCTS}
