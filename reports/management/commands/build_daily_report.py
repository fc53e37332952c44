import datetime
import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.queries import area_for_command
from jiamusi_foodsafety.kit.errors import DomainError
from reports.rules import day_of
from reports.services import build_daily_report


class Command(BaseCommand):
    help = "Builds the daily report of a city (today's without --date); the same day twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--date", metavar="YYYY-MM-DD", type=datetime.date.fromisoformat)
        parser.add_argument("--area", metavar="CODE", help="the city; without it the only one")

    def handle(self, *, date, area, **options):
        city = area_for_command(code=area)
        if city is None:
            self.stderr.write(
                "请用 --area 指明市的区划代码。" if not area else f"没有区划 {area}。"
            )
            sys.exit(2)
        now = timezone.now()
        try:
            report = build_daily_report(date=date or day_of(now), area=city, at=now)
        except DomainError as error:
            self.stderr.write(error.message)
            sys.exit(1)
        as_of = timezone.localtime(report.as_of)
        self.stdout.write(
            f"第 {report.number} 期日报（{report.date}）截至 {as_of:%Y-%m-%d %H:%M}，"
            f"{report.lines.filter(area__level='county').count()} 个县(市、区)。"
        )
