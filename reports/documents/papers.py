"""The report on paper: Word from the office's template (GB/T 9704), PDF with the same figures."""

from django.conf import settings

from jiamusi_foodsafety.kit.documents import render_docx, render_pdf
from responsibility.enums import CADRE_CHANGES, ENTITY_CHANGES

from ..queries.reports import ReportPage
from ..rules import SHANGHAI
from ..rules.columns import COLUMNS, WORDS, head_groups
from ..rules.words import day_words, table_title
from .shown import (
    as_of_words,
    columns_for,
    corrections_of,
    name_of,
    notes_of,
    share_of,
    shown,
    title_of,
    unreported_of,
)  # fmt: skip

TEMPLATE = settings.BASE_DIR / "fixtures" / "reports" / "daily_report.docx"
# A sheet across holds so much; the table is cut between groups.
SHEETS = (
    ("主要指标", "main"),
    ("摸底、包保干部、承诺书与台账", "survey"),
    ("督导、问题与变更", "visits"),
)


def report_docx(page: ReportPage, *, on) -> bytes:
    """The report as .docx from fixtures/reports/daily_report.docx, which the office may edit; `on` is the day
    under it while it is not issued. Raises DocumentError for a template that names what is unknown."""
    return render_docx(TEMPLATE, report_values(page, on=on))


def report_pdf(page: ReportPage, *, on) -> bytes:
    """The same as PDF: the table across, then the text."""
    return render_pdf("daily_report", report_values(page, on=on) | {"sheets": _sheets(page)})


def report_values(page: ReportPage, *, on) -> dict:
    """What a template may name (docs/reports.md)."""
    report = page.report
    day = report.issued_at.astimezone(SHANGHAI).date() if report.issued_at else on
    where = f"{report.area.name}{page.place.name}" if page.place else report.area.name
    return {
        "title": title_of(page),
        "heading": table_title(where),
        "number": name_of(page),
        "as_of": as_of_words(page),
        "day": day_words(day),
        "state": "" if report.is_closed or page.period else "（未签发稿）",
        "office": settings.BUREAU_NAME,
        "first_head": "乡镇(街道)" if page.place else "县(市、区)",
        "paragraphs": list(page.paragraphs),
        "rows": [_row(page, row, at) for at, row in enumerate(page.rows, start=1)],
        "total": _row(page, page.total, ""),
        "note": "".join(notes_of(page)),
        "unreported": unreported_of(page),
        "changes": _changes(page),
        "checks": _checks(page),
        "corrections": corrections_of(page),
    }


def _row(page, row, at):
    words = {column.key: shown(column, row, page) for column in COLUMNS}
    standing = ""
    if row is page.total:
        standing = f"{page.confirmed}/{len(page.standings)}" if page.standings else ""
    elif row.standing is not None:
        standing = row.standing.word
    return words | {"at": str(at), "name": row.name, "standing": standing}


def _changes(page):
    """Changes by kind: 干部, then 主体."""
    return [
        {"family": family, "kind": kind.label, "number": f"{page.kinds.get(kind.value, 0):,}"}
        for family, kinds in (("干部", CADRE_CHANGES), ("主体", ENTITY_CHANGES))
        for kind in kinds
    ]


def _checks(page):
    if not page.is_whole or page.period:
        return []
    return [
        {
            "words": check["words"],
            "result": "成立" if check["holds"] else "需说明",
            "note": check["note"],
            "explained": page.report.notes.get(check["key"], ""),
        }
        for check in page.report.checks
    ]


def _sheets(page):
    """The columns of each sheet of the table, with their two-row head."""
    allowed = {column.key for column in columns_for(page)}
    found = []
    for heading, tab in SHEETS:
        columns = [c for c in COLUMNS if tab in c.tabs and c.key in allowed]
        groups = [
            {"name": group, "heads": [column.heading for column in inside]}
            for group, inside in head_groups(columns)
        ]
        found.append(
            {
                "heading": heading,
                "groups": groups,
                "keys": [column.key for column in columns],
                "widths": [share_of(column) for column in columns],
                "lefts": [column.kind == WORDS for column in columns],
                "with_standing": tab == "main" and bool(page.standings) and not page.place,
            }
        )
    return found
