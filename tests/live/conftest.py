"""A real JavaScript engine for the emitted programs."""

import pytest
import torch

RUN = """async ([text, body, data]) => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const arrays = (x) => {
    if (x === null || typeof x !== "object") return x;
    if (Array.isArray(x)) return x.map(arrays);
    if ("float64" in x) return Float64Array.from(x.float64);
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, arrays(v)]));
  };
  const lists = (x) => {
    if (x instanceof Float64Array) return Array.from(x);
    if (x === null || typeof x !== "object") return x;
    if (Array.isArray(x)) return x.map(lists);
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, lists(v)]));
  };
  const program = await import(url);
  URL.revokeObjectURL(url);
  return lists(new Function("program", "data", body)(program, arrays(data)));
}"""


@pytest.fixture(scope="session")
def page(chromium):
    """A blank page of the browser."""
    page = chromium.new_page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def javascript(page):
    """`javascript(text, body, data)`: runs `body` with the module `text` as `program`.

    Tensors in `data` become numbers or `Float64Array`s; arrays in the result become lists.
    """

    def run(text, body, data=None):
        return page.evaluate(RUN, [text, body, _plain(data)])

    return run


@pytest.fixture(scope="session")
def called(javascript):
    """`called(text, name, *arguments)`: the result of one exported function."""

    def run(text, name, *arguments):
        return javascript(text, f"return program.{name}(...data)", list(arguments))

    return run


def _plain(value):
    if isinstance(value, torch.Tensor):
        numbers = value.detach().to(torch.float64)
        return {"float64": numbers.flatten().tolist()} if value.ndim else numbers.item()
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
