"""Update rules, one module each: `State`, `init(param)`, `update(grad, state, param, *, lr, …)`."""
