"""The child process that reads an entity ledger: `python -m entities.ledger.parse`, a job on stdin."""

import sys

from entities.ledger.columns import REQUIRED
from entities.ledger.headers import HEADINGS
from entities.ledger.reading import Context, RowReader
from entities.ledger.rows import RowSorter
from jiamusi_foodsafety.jurisdiction.rules import AreaIndex
from jiamusi_foodsafety.kit.ledger import parse
from jiamusi_foodsafety.kit.ledger.parse import NeedsColumns

__all__ = ["LedgerParse", "NeedsColumns"]


class LedgerParse(parse.LedgerParse):
    """One run over one file of businesses."""

    meaning = HEADINGS
    row_sorter = RowSorter
    row_reader = RowReader

    def begin(self, job: dict) -> None:
        """The words of the register and the areas; which columns this caller must have."""
        areas = AreaIndex(job["areas"], caller=job["caller"])
        self.context = Context(
            areas=areas, categories=job["categories"], statuses=job["statuses"], today=job["today"]
        )
        self.required = self._required(areas)

    @staticmethod
    def _required(areas: AreaIndex) -> tuple[str, ...]:
        """The required columns for this caller: its own county need not be named, and a unit
        without towns has none to name."""
        county = areas.caller_county
        if not county:
            return (*REQUIRED, "county")
        return REQUIRED if areas.county_has_towns(county) else tuple(
            key for key in REQUIRED if key != "town"
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(parse.main(LedgerParse))
