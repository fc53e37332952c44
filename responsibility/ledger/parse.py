"""The child process that reads a cadre ledger: `python -m responsibility.ledger.parse`, a job on stdin."""

import sys

from jiamusi_foodsafety.jurisdiction.rules import AreaIndex
from jiamusi_foodsafety.kit.ledger import parse
from jiamusi_foodsafety.kit.ledger.headings import heading_key
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused

from .columns import REQUIRED
from .headers import HEADINGS
from .reading import Context, RowReader
from .rows import RowSorter

# A sheet with one of these lists businesses.
_OF_BUSINESSES = (
    "统一社会信用代码",
    "社会信用代码",
    "许可证编号",
    "许可证号",
    "主体名称",
    "经营范围",
)


class CadreParse(parse.LedgerParse):
    """One run over one file of cadres."""

    meaning = HEADINGS
    row_sorter = RowSorter
    row_reader = RowReader

    def begin(self, job: dict) -> None:
        """The areas; the columns that everybody must have."""
        areas = AreaIndex(job["areas"], caller=job["caller"])
        self.context = Context(areas=areas, today=job["today"])
        self.required = REQUIRED

    def _match(self, opened: list[parse.Opened]) -> list[parse.Opened]:
        found = super()._match(opened)
        for one in found:
            if any(h in heading_key(x.text) for x in one.matching.headings for h in _OF_BUSINESSES):
                raise WorkbookRefused(
                    "E_HEADER_MISSING",
                    f"工作表“{one.sheet.name}”像是主体台账，不是干部名册。主体台账请到“台账上传”页面上传。",
                )
        return found


if __name__ == "__main__":
    sys.exit(parse.main(CadreParse))
