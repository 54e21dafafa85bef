"""The ledger of claims, `book/claims.yml`: what is said, the verdict, when a check must fail."""

from dataclasses import dataclass, field

from dlnotes.core.conditions import holds
from dlnotes.core.data import parsed, read_text
from dlnotes.core.language import complete

VERDICTS = {
    "true": ("●", {"zh": "成立", "en": "True"}),
    "conditions": ("◐", {"zh": "有条件成立", "en": "True with conditions"}),
    "misleading": ("◇", {"zh": "有误导", "en": "Misleading"}),
    "false": ("✕", {"zh": "不成立", "en": "False"}),
}
KINDS = ("checked", "exact", "source")


@dataclass(frozen=True)
class Claim:
    """One entry of the ledger; see the header of `book/claims.yml` for the fields."""

    id: str
    section: str
    said: dict[str, str]
    verdict: str
    finding: dict[str, str]
    kind: str = "checked"
    measured: dict[str, str] = field(default_factory=dict)
    condition: str = ""
    counterexample: dict[str, float] = field(default_factory=dict)
    reference: list[str] = field(default_factory=list)
    locator: str = ""

    def __post_init__(self) -> None:
        complete(self.said, f"{self.id}: said")
        complete(self.finding, f"{self.id}: finding")
        if self.verdict not in VERDICTS:
            raise ValueError(
                f"{self.id}: `verdict` must be one of {', '.join(VERDICTS)}, got {self.verdict!r}."
            )
        if self.kind not in KINDS:
            raise ValueError(f"{self.id}: `kind` must be one of {KINDS}, got {self.kind!r}.")
        if self.kind != "source":
            self._check_counterexample()

    def _check_counterexample(self) -> None:
        complete(self.measured, f"{self.id}: measured")
        if not self.counterexample:
            raise ValueError(f"{self.id} has no `counterexample`; add numbers that must fail.")
        if holds(self.condition, self.counterexample):
            raise ValueError(f"{self.id}: {empty(self.condition)}")


def empty(condition: str) -> str:
    """What to say of a condition that even its counter-example satisfies."""
    return f"the counter-example satisfies `{condition}`; give values on which it fails."


def entry(id: str) -> Claim:
    """The ledger's entry with this id.

    Raises:
        ValueError: when there is none, or when the entry is incomplete.
    """
    found = entries().get(id)
    if found is None:
        raise ValueError(f"`claims.yml` has no claim {id!r}; add it or correct the id.")
    return Claim(id=id, **found)


def entries() -> dict[str, dict]:
    """All entries as they stand in the file, by id."""
    return parsed(read_text("claims.yml")) or {}
