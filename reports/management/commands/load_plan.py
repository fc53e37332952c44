"""`manage.py load_plan`: the example of 倒排工期 and of the three years' goals."""

import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.queries import area_for_command
from reports.services.plans import plan_load


class Command(BaseCommand):
    help = "载入倒排工期和三年目标的示例（可修改）；已有的不动，可重复执行。"

    def add_arguments(self, parser):
        parser.add_argument("--area", help="市的代码；只有一个市时可以不写")
        parser.add_argument(
            "--on",
            type=datetime.date.fromisoformat,
            help="示例按 2022-11-02 写成，平移到这一天；不写则用今天",
        )

    def handle(self, *args, **options):
        city = area_for_command(code=options["area"])
        if city is None or city.level != "city":
            raise CommandError("没有找到这个市，请用 --area 写明代码。")
        made = plan_load(city=city, at=timezone.now(), on=options["on"] or timezone.localdate())
        self.stdout.write(f"已载入 {made['stages']} 个阶段、{made['goals']} 项年度目标")
