"""The report as plain text, to be pasted into a chat group."""

from ..queries.reports import ReportPage
from .shown import corrections_of, name_of, title_of, unreported_of


def report_plain(page: ReportPage) -> str:
    """Title, text, one line a row, who did not report."""
    lines = [f"【{name_of(page)}】{title_of(page)}", "", *page.paragraphs, ""]
    for row in page.rows:
        net = row.rate("rate_net")
        place = f"{row.rank}. " if row.rank else ""
        lines.append(
            f"{place}{row.name}：在册 {row.count('registered') or 0:,}，已分级 {row.count('graded') or 0:,}，"
            f"分级率(净) {'—' if net is None else f'{net}%'}"
        )
    tail = [unreported_of(page), *corrections_of(page)]
    return "\n".join([*lines, *(line for line in tail if line)]).strip() + "\n"
