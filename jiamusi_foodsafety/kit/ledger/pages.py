"""What the pages of one ledger's uploads are called, and the words that they use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LedgerPages:
    """Names of the addresses (`prefix` + list, create …) and the nouns of the shared templates (ledger/).

    `register`: what is written to (名录); `thing` and `unit`: what a row is (主体, 家); `lacking`, `withdrawn`:
    what becomes of those that a whole ledger lacks, and of new ones when it is undone."""

    prefix: str
    title: str
    ledger: str
    register: str
    thing: str
    unit: str
    lacking: str
    withdrawn: str

    def __getattr__(self, act: str) -> str:
        if act in _ACTS:
            return f"{self.prefix}-{act.replace('_', '-')}"
        raise AttributeError(act)


_ACTS = frozenset(
    [
        "list",
        "create",
        "template",
        "detail",
        "progress",
        "columns",
        "confirm",
        "discard",
        "undo",
        "error_book",
        "file",
    ]
)
