"""A rule as a `torch.optim.Optimizer`: what runs on PyTorch's optimizers runs on it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from inspect import Parameter as Argument
from itertools import repeat
from operator import attrgetter, is_
from typing import Any

import torch
from torch import Tensor
from torch.nn.parameter import is_lazy

from dlnotes.core.hyperparameters import checked, rule_name
from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.optimizer.cohorts import Cohort, cohorts
from dlnotes.training.optimizer.entries import Entry, loaded
from dlnotes.training.optimizer.groups import Group, Options, listed

GRAD, LAYOUT = attrgetter("grad"), attrgetter("layout")


class Optimizer(torch.optim.Optimizer):
    """Any rule, with everything that PyTorch's optimizers offer.

    Parameter groups with hyperparameters of their own, `state_dict`, PyTorch's schedulers (which
    set `group["lr"]`, and cycle `momentum` or `betas`), closures, hooks, lazy modules, gradient
    accumulation and `torch.amp.GradScaler` work as they do there. A parameter without a gradient
    is skipped: its state stays, its `t` does not advance. A state has the dtype of its parameter,
    but for its 0-d numbers, which are float64; it follows its parameter to another device or
    dtype. Half precision is computed in float32 and rounded once, as torch's fused optimizers do.

    Stricter than in PyTorch, and told in one line:
        - parameters: none twice in a group, none that overlap there, none complex or integer;
        - gradients: none sparse;
        - hyperparameters: none negative or NaN, no momentum and no decay of a memory of 1 or more
          (but where the rule says otherwise), later ones included; a rule's `lr` without a
          default must be given;
        - options: none of torch's own that the rule does not read, such as `maximize`,
          `weight_decay`, `nesterov`, `fused` (off is fine), and none that differs from one of
          the rule's by a slip of the pen; a schedule gives a momentum to `sgd`, but not to
          `rmsprop`;
        - states: none of another rule, or of parameters of another shape, is loaded.

    Args:
        params: tensors, (name, tensor) pairs, or dicts with `"params"`, hyperparameters, and
            notes of your own.
        rule: a module with `init` and `update`.
        compiled: compile the rule at the first step (seconds, once); without a C++ compiler it
            runs as it is written. Parameters that nothing else looks at then move side by side,
            each in memory of its own size; others stay where they lie.
        **hyperparameters: of the rule, numbers or tensors of one entry; `betas` are `beta1` and
            `beta2`; defaults are the rule's own.

    Raises:
        TypeError: for `params` that are not tensors, an unknown or missing hyperparameter.
        ValueError: for no parameters, one given twice, or a value out of range.

    Example:
        >>> from dlnotes.optimizers import momentum
        >>> param = torch.nn.Parameter(torch.tensor([1.0]))
        >>> optimizer = Optimizer([param], momentum, lr=0.1)
        >>> param.square().sum().backward()
        >>> optimizer.step()
        >>> param.data
        tensor([0.8000])
    """

    def __init__(
        self,
        params: Iterable[Any],
        rule: Rule,
        *,
        compiled: bool = False,
        **hyperparameters: float | Tensor,
    ) -> None:
        if isinstance(params, Tensor):
            raise TypeError("`params` must be a list of tensors, got one tensor; write [param].")
        if not isinstance(params, Iterable):
            got = type(params).__name__
            raise TypeError(f"`params` must be a list of tensors, got {got}; net.parameters().")
        if not (params := list(params)):
            raise ValueError(
                "`params` must hold at least one tensor, got none; a generator such as "
                "net.parameters() serves once, list(net.parameters()) again and again."
            )
        self.rule, self.compiled = rule, compiled
        self._options = Options(rule, hyperparameters)
        self._forget()
        super().__init__(params, self._defaults(self._options.ours(hyperparameters)))

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Takes in more parameters, with hyperparameters of their own if the dict names some.

        Args:
            param_group: `"params"`, and what differs from the defaults; notes of your own too.
        """
        if "params" not in param_group:
            got = ", ".join(param_group) or "nothing"
            raise ValueError(f'A group must hold "params", got {got}; a list of tensors.')
        group = Group({**self.defaults, **self._options.ours(param_group)})
        group["params"] = listed(group["params"])
        self._options.of(group, thorough=True)
        super().add_param_group(group)
        if not is_elementwise(self.rule):
            for param in self.param_groups[-1]["params"]:
                if not is_lazy(param):
                    self.rule.init(param.detach())  # a shape that the rule refuses is told here

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update of every parameter that has a gradient.

        Args:
            closure: computes the loss anew, gradients included; called first.

        Returns:
            What the closure returns, else `None`.

        Raises:
            RuntimeError: for a sparse gradient.
            TypeError: for an option of a group that nobody would read.
            ValueError: for a hyperparameter out of its range. In each case nothing has moved.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        move = self._move
        if torch.compiler.is_compiling():  # it would look through a step within other code
            move = torch.compiler.disable(move)
        with torch.inference_mode(False), torch.no_grad():  # else a parameter moves out of autograd
            move()
        return loss

    def _move(self) -> None:
        held = self.state.values()
        if len(held) != len(self._entries) or not all(map(is_, held, self._entries)):
            self._packed.clear()  # somebody has taken something out, or put it in
        for found, *given in [self._plan(index) for index in range(len(self.param_groups))]:
            for cohort in found:
                cohort.advance(*given)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Takes away the gradients, or makes them 0.

        Args:
            set_to_none: `False` makes them 0. A compiled optimizer then has them added up in one
                vector, and the next step runs over all parameters at once.
        """
        super().zero_grad(set_to_none)
        if not set_to_none:
            for index, (key, found) in self._packed.items():
                params, _ = _with_gradient(self.param_groups[index]["params"])
                for cohort in found if key[0] == list(map(id, params)) else ():
                    for pack in cohort.packs:
                        pack.attach(params)

    def state_dict(self) -> dict[str, Any]:
        """State and groups as plain dicts, to be saved; the tensors are those of the optimizer."""
        saved = super().state_dict()
        plain = {
            key: dict(entry) if isinstance(entry, Entry) else entry
            for key, entry in saved["state"].items()
        }
        return saved | {"state": plain}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes over the state and the groups of an optimizer with the same rule.

        Args:
            state_dict: from `state_dict`, compiled or not; copied.

        Raises:
            ValueError: for the state of another rule, or of parameters of other shapes.
        """
        # torch would round t to the dtype of the parameter; as plain numbers it lets them pass
        hook = self.register_load_state_dict_pre_hook(_single_numbers)
        try:
            super().load_state_dict(state_dict)
        finally:
            hook.remove()

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {
            "rule": self.rule,
            "compiled": self.compiled,
            "named": list(self._options.known),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        if "named" in state:  # a copy, or one that was saved as a whole
            self._options = Options(state["rule"], state.pop("named"))
        rules = self._options.rules
        held = {key: loaded(rules, key, entry) for key, entry in state["state"].items()}
        groups = [Group(group) for group in state["param_groups"]]
        for group in groups:
            self._options.of(group, thorough=True)
        found = {"param_groups": groups, "state": defaultdict(dict, held)}
        super().__setstate__(state | found)
        self._forget()

    def _forget(self) -> None:
        """Forgets how parameters were packed; the next step packs them anew."""
        self._packed: dict[int, tuple] = {}
        self._entries: list[Any] = []

    def _defaults(self, given: dict[str, Any]) -> Group:
        """What a group has unless it says otherwise; a group may bring what has no default."""
        known = self._options.known.items()
        missing = {name: 0.0 for name, value in known if value is Argument.empty}
        usual = {name: value for name, value in known if name not in missing}
        if not given.keys() <= self._options.known.keys():
            checked(self.rule, missing | given)
        self._options.of(Group(usual | missing | given), thorough=True)
        return Group(usual | given)

    def _plan(self, index: int) -> tuple[list[Cohort], list[Tensor], list[Tensor], dict[str, Any]]:
        """How a group moves: its cohorts, the parameters, their gradients, hyperparameters."""
        group = self.param_groups[index]
        params, grads = _with_gradient(group["params"])
        rule, hyper = self._options.of(group)
        found = self._cohorts(index, rule, params, hyper)
        own = [cohort.takes_its_own(grads) for cohort in found]
        if not all(own) and not {*map(LAYOUT, grads)} <= {torch.strided}:
            raise RuntimeError(
                f"A gradient of {rule_name(self.rule)} must be dense, got a sparse one; use "
                "sparse=False in the embedding, or torch.optim.SparseAdam for it."
            )
        return found, params, grads, hyper

    def _cohorts(
        self, index: int, rule: Rule, params: list[Tensor], hyper: dict[str, Any]
    ) -> list[Cohort]:
        """The parameters of a group as they move together; as before where nothing changed."""
        kinds = [type(v) if isinstance(v, float | Tensor) else v for v in hyper.values()]
        key = list(map(id, params)), rule, kinds, self.compiled
        before, found = self._packed.get(index, (None, []))
        if before != key or not all(cohort.fits(params) for cohort in found):
            found = cohorts(rule, params, self.state, hyper, self.compiled)
            self._packed[index], self._entries = (key, found), [*self.state.values()]
        return found


def _with_gradient(params: Sequence[Tensor]) -> tuple[Sequence[Tensor], list[Tensor]]:
    """Those parameters that have a gradient, and the gradients."""
    grads = list(map(GRAD, params))
    if not any(map(is_, grads, repeat(None))):
        return params, grads
    found = [pair for pair in zip(params, grads, strict=True) if pair[1] is not None]
    return [param for param, _ in found], [grad for _, grad in found]


def _single_numbers(optimizer: Optimizer, state_dict: dict[str, Any]) -> dict[str, Any]:
    """A saved state with the single numbers of the rule as Python's."""
    params = (param for group in optimizer.param_groups for param in group["params"])
    shapes = [param.shape for param in params if not is_lazy(param)][:1]
    made = [optimizer.rule.init(torch.empty(shape, device="meta")) for shape in shapes]
    names = {name for state in made for name in state._fields}
    state = {key: _numbered(entry, names) for key, entry in state_dict["state"].items()}
    return state_dict | {"state": state}


def _numbered(entry: Any, names: set[str]) -> Any:
    if not isinstance(entry, dict):
        return entry
    single = {name for name in names & entry.keys() if torch.is_tensor(entry[name])}
    return entry | {name: entry[name].item() for name in single if not entry[name].ndim}
