"""Checks a claim of the ledger with the numbers of a run; the card shows what came out."""

from dlnotes.claims.card import STYLE, Value, card, fields, is_list, plain_card
from dlnotes.core import ledger
from dlnotes.core.conditions import holds, names
from dlnotes.core.language import LANGUAGES, Bilingual
from dlnotes.core.ledger import Claim


class ClaimFailed(AssertionError):
    """The numbers of this run do not satisfy the claim's condition."""


def claim(id: str, **values: Value) -> Bilingual:
    """Check a claim with the numbers of this run and show its card.

    Args:
        id: of the ledger, such as `"C3.07"`.
        **values: a number for each name in the condition; a list holds one number per seed,
            and the condition must hold for every seed.

    Raises:
        ClaimFailed: when the condition is false.
        ValueError: for an unknown id, or a missing or superfluous value.
    """
    entry = ledger.entry(id)
    for seed, numbers in enumerate(_per_seed(entry, values)):
        if entry.kind != "source" and not holds(entry.condition, numbers):
            seen = ", ".join(f"{name}={number:g}" for name, number in numbers.items())
            where = f" (seed {seed})" if any(map(is_list, values.values())) else ""
            raise ClaimFailed(f"{id}: `{entry.condition}` is false for {seen}{where}.")
    return Bilingual(
        html={lang: card(entry, values, lang) for lang in LANGUAGES},
        plain={lang: plain_card(entry, values, lang) for lang in LANGUAGES},
        style=STYLE,
    )


def _per_seed(entry: Claim, values: dict[str, Value]) -> list[dict[str, float]]:
    wanted = names(entry.condition) if entry.condition else set()
    known = wanted | fields(entry)
    for name in sorted(known ^ set(values)):
        state = "needs a value for" if name in known else "knows no value"
        raise ValueError(f"{entry.id} {state} `{name}`; see its entry in claims.yml.")
    lengths = {len(value) for value in values.values() if is_list(value)}
    if len(lengths) > 1:
        raise ValueError(f"{entry.id}: lists must have one entry per seed, got lengths {lengths}.")
    count = lengths.pop() if lengths else 1
    return [
        {name: float(value[seed] if is_list(value) else value) for name, value in values.items()}
        for seed in range(count)
    ]
