"""Hold every indicator against brute force over its rows."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.queries import area_for_command, everybody

from ...queries.indicators import INDICATORS, indicator_differences

SHOWN = 20


class Command(BaseCommand):
    help = "逐项核对指标：计数表与明细逐行计数是否一致；不一致时退出码为 1。"

    def add_arguments(self, parser):
        parser.add_argument("--area", help="区划代码；不写就是唯一的市")

    def handle(self, *args, area=None, **options):
        place = area_for_command(code=area)
        if place is None:
            raise CommandError("找不到这个区划，请写区划代码。", returncode=2)
        wrong, compared = indicator_differences(
            user=everybody(), code=place.pk, on=timezone.localdate()
        )
        for name, words, code, kept, counted in wrong[:SHOWN]:
            self.stderr.write(f"{name} {words} {code}：计数 {kept}，明细 {counted}")
        if wrong:
            raise CommandError(f"{len(wrong)} 处不一致。")
        self.stdout.write(f"{len(INDICATORS)} 个指标，{compared:,} 个数字，全部一致。")
