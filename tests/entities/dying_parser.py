"""The parser of the entity ledger, killed at a place that DIES names: `python -m tests.entities.dying_parser`."""

import os
import signal
import sys

from entities.ledger.parse import LedgerParse
from jiamusi_foodsafety.kit.ledger import parse

DIES = "TEST_PARSER_DIES"


def second_row(rows: bytes) -> int:
    return rows.index(b"\n") + 1


def in_a_character(rows: bytes) -> int:
    return next(at for at in range(second_row(rows), len(rows)) if rows[at] >= 0xC0) + 1


# Where it dies → how many bytes of its rows get out before.
PLACES = {
    "before the first row": lambda rows: 0,
    "between two rows": second_row,
    "in a row": lambda rows: second_row(rows) + 3,
    "in the last column of a row": lambda rows: rows.index(b"\n", second_row(rows)) - 3,
    "in a character": in_a_character,
    "after its rows": len,
}


class CutShort:
    """A stream that ends its process while rows go through it."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, rows):
        self.stream.write(rows[: PLACES[os.environ[DIES]](rows)])
        self.stream.flush()
        os.kill(os.getpid(), signal.SIGKILL)


class DyingParse(LedgerParse):
    def __init__(self, job, out, findings_out):
        super().__init__(job, CutShort(out), findings_out)


if __name__ == "__main__":
    sys.exit(parse.main(DyingParse))
