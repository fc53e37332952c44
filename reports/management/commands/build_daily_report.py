import datetime
import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.queries import area_for_command
from jiamusi_foodsafety.kit.errors import DomainError
from reports.queries.rebuild import differences, report_on
from reports.rules import SHANGHAI, day_of
from reports.services import build_daily_report

SHOWN = 200


def moment(text):
    """A moment, in Asia/Shanghai where no zone is named."""
    found = datetime.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


class Command(BaseCommand):
    help = (
        "Builds the daily report of a city (today's without --date); the same day twice changes nothing. "
        "With --as-of: rebuilds that day's report from the history as of a moment, writes nothing, and says "
        "whether it equals what was frozen (exit code 0) or what differs (3)."
    )

    def add_arguments(self, parser):
        parser.add_argument("--date", metavar="YYYY-MM-DD", type=datetime.date.fromisoformat)
        parser.add_argument("--as-of", metavar="YYYY-MM-DDTHH:MM", type=moment)
        parser.add_argument("--area", metavar="CODE", help="the city; without it the only one")

    def handle(self, *, date, as_of, area, **options):
        city = area_for_command(code=area)
        if city is None:
            self.stderr.write(
                "请用 --area 指明市的区划代码。" if not area else f"没有区划 {area}。"
            )
            sys.exit(2)
        now = timezone.now()
        if as_of is not None:
            self.compare(city, date or day_of(as_of), as_of)
            return
        try:
            report = build_daily_report(date=date or day_of(now), area=city, at=now)
        except DomainError as error:
            self.stderr.write(error.message)
            sys.exit(1)
        shown = timezone.localtime(report.as_of)
        self.stdout.write(
            f"第 {report.number} 期日报（{report.date}）截至 {shown:%Y-%m-%d %H:%M}，"
            f"{report.lines.filter(area__level='county').count()} 个县(市、区)。"
        )

    def compare(self, city, date, as_of):
        report = report_on(area=city.pk, date=date)
        if report is None:
            self.stderr.write(f"{date} 没有日报，无从比对。")
            sys.exit(2)
        found, compared = differences(report=report, as_of=as_of)
        title = f"第 {report.number} 期日报（{date}）按历史还原到 {as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        if not found:
            self.stdout.write(f"{title}：{compared:,} 个数，与日报固定的数字全部一致。")
            return
        self.stdout.write(f"{title}：{compared:,} 个数，{len(found)} 个与日报固定的不同：")
        for one in found[:SHOWN]:
            self.stdout.write(f"  {one.code} {one.key} {one.frozen} → {one.rebuilt}")
        sys.exit(3)
