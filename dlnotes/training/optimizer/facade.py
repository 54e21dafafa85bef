"""A rule as a `torch.optim.Optimizer`: what runs on PyTorch's optimizers runs on it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from inspect import Parameter as Argument
from itertools import chain
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.hyperparameters import checked, defaults, rule_name
from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.optimizer.cohorts import Cohort, cohorts
from dlnotes.training.optimizer.entries import entry_for

FRACTIONS = {"momentum", "beta1", "beta2", "decay"}
# what torch's schedulers note in a group
BOOKED = ("initial_lr", "max_lr", "min_lr", "swa_lr", "base_momentum", "max_momentum")


class Optimizer(torch.optim.Optimizer):
    """Any rule, with everything that PyTorch's optimizers offer.

    Parameter groups with hyperparameters of their own, `state_dict`, PyTorch's schedulers (which
    set `group["lr"]`), closures, hooks, gradient accumulation and `torch.amp.GradScaler` work as
    they do there. A parameter without a gradient is skipped: its state stays, its `t` does not
    advance. A state has the dtype of its parameter, but for its 0-d numbers, which are float64;
    it follows its parameter to another device or dtype. Half precision is computed in float32
    and rounded once, as torch's fused optimizers do. Two things are stricter than in PyTorch: a
    parameter twice in a group is an error, and so is a negative or NaN hyperparameter.

    Args:
        params: tensors, (name, tensor) pairs, or dicts with `"params"` and hyperparameters.
        rule: a module with `init` and `update`.
        compiled: compile the rule at the first step (seconds, once); without a C++ compiler it
            runs as it is written. Parameters then move into one buffer, as views of it.
        **hyperparameters: of the rule, floats or 0-d tensors; defaults are the rule's own.

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
        self._forget()
        self._known = hyperparameters if (known := defaults(rule)) is None else known
        by_group = {name: 0.0 for name, value in self._known.items() if value is Argument.empty}
        checked(rule, by_group | hyperparameters)
        super().__init__(params, _without(by_group, self._known) | hyperparameters)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Takes in more parameters, with hyperparameters of their own if the dict names some.

        Args:
            param_group: `"params"`, and what differs from the defaults.
        """
        if "params" not in param_group:
            got = ", ".join(param_group) or "nothing"
            raise ValueError(f'A group must hold "params", got {got}; a list of tensors.')
        self._check_names(param_group)
        group = {**self.defaults, **param_group}
        group["params"] = _listed(group["params"])
        _check(self.rule, self._hyper(group))
        super().add_param_group(group)
        if not is_elementwise(self.rule):
            for param in self.param_groups[-1]["params"]:
                self.rule.init(param.detach())  # a shape that the rule refuses is told here

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update of every parameter that has a gradient.

        Args:
            closure: computes the loss anew, gradients included; called first.

        Returns:
            What the closure returns, else `None`.

        Raises:
            RuntimeError: for a sparse gradient, before anything has moved.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        ready = [self._with_gradient(group["params"]) for group in self.param_groups]
        for index, (group, params) in enumerate(zip(self.param_groups, ready, strict=True)):
            hyper = self._hyper(group)
            if not all(value >= 0 for value in hyper.values() if type(value) is float):
                _check(self.rule, hyper)  # somebody has set it since
            for cohort in self._cohorts(index, params, hyper):
                cohort.advance(hyper)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Takes away the gradients, or makes them 0.

        Args:
            set_to_none: `False` makes them 0. A compiled optimizer then has them added up in one
                vector, and the next step runs over all parameters at once.
        """
        super().zero_grad(set_to_none)
        if not set_to_none:
            for cohort in chain(*(found for _, found in self._packed.values())):
                for pack in cohort.packs:
                    pack.attach()

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
            name: getattr(self, name) for name in ("rule", "compiled", "_known")
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        rule = state.get("rule") or self.rule
        for group in state["param_groups"]:
            _check(rule, {name: group[name] for name in defaults(rule) or () if name in group})
        held = {p: entry_for(rule, p, entry) for p, entry in state["state"].items()}
        super().__setstate__(state | {"state": defaultdict(dict, held)})
        self._forget()

    def _forget(self) -> None:
        """Forgets how parameters were packed; the next step packs them anew."""
        self._packed: dict[int, tuple] = {}
        self._homes: dict[Tensor, Tensor] = {}

    def _check_names(self, group: dict[str, Any]) -> None:
        for name, value in group.items():
            number = isinstance(value, float) or (isinstance(value, Tensor) and name != "params")
            if number and name not in {*self._known, *BOOKED}:
                raise TypeError(
                    f"`{name}` is no hyperparameter of {rule_name(self.rule)}, which has "
                    f"{', '.join(self._known)}; leave it out of the group."
                )

    def _hyper(self, group: dict[str, Any]) -> dict[str, Any]:
        """The hyperparameters of the rule in a group; a whole number only where it must be."""
        found = {name: group[name] for name in self._known if name in group}
        for name, value in found.items():
            if type(value) is int and type(self._known[name]) is not int:
                found[name] = float(value)
        return found

    def _with_gradient(self, params: list[Tensor]) -> list[Tensor]:
        ready = [param for param in params if param.grad is not None]
        if any(param.grad.layout is not torch.strided for param in ready):
            raise RuntimeError(
                f"A gradient of {rule_name(self.rule)} must be dense, got a sparse one; use "
                "sparse=False in the embedding, or torch.optim.SparseAdam for it."
            )
        return ready

    def _cohorts(self, index: int, params: list[Tensor], hyper: dict[str, Any]) -> list[Cohort]:
        """The parameters of a group as they move together; as before where nothing changed."""
        kinds = [type(v) if isinstance(v, float | Tensor) else v for v in hyper.values()]
        key = kinds, self.compiled, list(map(id, params))
        before, found = self._packed.get(index, (None, []))
        if before != key or not all(cohort.fits(self.state) for cohort in found):
            found = cohorts(self.rule, params, self.state, self._homes, hyper, self.compiled)
            self._packed[index] = key, found
        return found


def _check(rule: Rule, hyper: dict[str, Any]) -> None:
    for name, value in checked(rule, hyper).items():
        single = isinstance(value, int | float) or (isinstance(value, Tensor) and value.ndim == 0)
        if not single and value is not defaults(rule)[name]:
            got = f"a tensor of shape {tuple(value.shape)}" if isinstance(value, Tensor) else value
            raise TypeError(f"`{name}` must be a number, got {got!r}; pass a float or 0-d tensor.")
        if name in FRACTIONS and not value < 1:
            raise ValueError(f"`{name}` must be smaller than 1, got {float(value):g}.")


def _without(names: Iterable[str], values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _listed(params: Any) -> list[Any]:
    """The parameters of a group as a list; (name, tensor) pairs stay as they are."""
    params = [params] if isinstance(params, Tensor) else params
    if isinstance(params, set):
        raise TypeError("`params` must have an order, got a set; write it as a list.")
    params = list(params)
    seen, ends = set(), {}
    for entry in params:
        param = entry[1] if isinstance(entry, tuple) else entry
        if not isinstance(param, Tensor):
            kind = type(param).__name__
            raise TypeError(f"`params` must hold tensors, got {kind}; pass net.parameters().")
        if not (param.is_floating_point() or param.is_complex()):
            raise TypeError(f"`params` must be floating point, got {param.dtype}; use .float().")
        if param.is_complex():
            raise TypeError("`params` must be real, got complex; keep two real parameters.")
        if param in seen:
            raise ValueError("`params` must hold every tensor once, got one twice; drop one.")
        seen.add(param)
        _check_apart(param, ends)
    return params


def _check_apart(param: Tensor, ends: dict[int, list[tuple[int, int]]]) -> None:
    """Raise when a parameter shares memory with one before it.

    Args:
        param: looked at where it is contiguous.
        ends: for each storage, where the parameters in it begin and end; takes in this one.
    """
    if param.device.type == "meta" or not param.is_contiguous() or not param.numel():
        return
    begin = param.storage_offset()
    end, taken = begin + param.numel(), ends.setdefault(param.untyped_storage().data_ptr(), [])
    if any(begin < other_end and other < end for other, other_end in taken):
        raise ValueError(
            "`params` must not overlap in memory, got two that do; make one of them a clone, or "
            "pass the tensor that both are parts of."
        )
    taken.append((begin, end))


def _single_numbers(optimizer: torch.optim.Optimizer, state_dict: dict[str, Any]) -> dict[str, Any]:
    state = {
        key: {name: value.item() if value.ndim == 0 else value for name, value in entry.items()}
        for key, entry in state_dict["state"].items()
    }
    return state_dict | {"state": state}
