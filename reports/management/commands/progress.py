import json
import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.queries import area_for_command, everybody
from reports.queries import progress, progress_data


class Command(BaseCommand):
    help = "Prints how far the grading is: an area and what lies directly below it (家, %)."

    def add_arguments(self, parser):
        parser.add_argument("--area", metavar="CODE", help="area code; without it the only city")
        parser.add_argument("--json", action="store_true", help="one line of JSON on stdout")

    def handle(self, *, area, **options):
        found = area_for_command(code=area)
        if found is None:
            self.stderr.write("请用 --area 指明区划代码。" if not area else f"没有区划 {area}。")
            sys.exit(2)
        page = progress(user=everybody(), area=found, at=timezone.localtime())
        if options["json"]:
            self.stdout.write(json.dumps(progress_data(page), ensure_ascii=False))
            return
        self._table(page)

    def _table(self, page):
        figures = page.total.figures
        self.stdout.write(
            f"{page.place.name}应梳理 {figures.registered:,} 家，已梳理 {figures.graded:,} 家，"
            f"完成比例 {_rate(figures.rate_gross)}（截至 {page.as_of:%Y-%m-%d %H:%M}）"
        )
        self.stdout.write("\t".join(HEADINGS))
        for row in [page.total, *page.children]:
            name = "合计" if row is page.total else row.name
            self.stdout.write("\t".join([row.code, name, *_cells(row)]))


HEADINGS = [
    "代码", "区划", "在册", "筛除", "应包", "A", "B", "C", "D", "已分级", "待分级", "已摸底",
    "分级率(毛)", "分级率(净)", "名次", "较昨日",
]  # fmt: skip


def _cells(row):
    figures = row.figures
    counts = [
        figures.registered, figures.screened, figures.obliged,
        figures.grade_a, figures.grade_b, figures.grade_c, figures.grade_d,
        figures.graded, figures.ungraded, figures.surveyed,
    ]  # fmt: skip
    change = "—" if row.graded_change is None else f"{row.graded_change:+,}"
    return [
        *(f"{count:,}" for count in counts),
        _rate(figures.rate_gross),
        _rate(figures.rate_net),
        str(row.rank or "—"),
        change,
    ]


def _rate(value):
    return "—" if value is None else f"{value}%"
