import dataclasses
import datetime
import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inspections.services.planning import dues_make
from jiamusi_foodsafety.jurisdiction.queries import area_for_command

WORDS = {
    "made": "新增", "moved": "随主体、包保变动", "void": "不再应督导", "excused": "停产停业",
    "reopened": "重新应督导", "adopted": "补认督导", "weighed": "重排",
}  # fmt: skip


class Command(BaseCommand):
    help = "生成并核对应督导名单（家）；可重复执行，不会重复生成"

    def add_arguments(self, parser):
        parser.add_argument("--area", metavar="代码", help="市的区划代码；不写则为唯一的市")
        parser.add_argument("--on", metavar="YYYY-MM-DD", type=datetime.date.fromisoformat)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, area, on, as_json, **options):
        city = area_for_command(code=area)
        if city is None or city.level != "city":
            raise CommandError(
                f"没有代码为 {area} 的市。" if area else "请用 --area 指明市的区划代码。"
            )
        made = dues_make(city=city, on=on or timezone.localdate(), at=timezone.now())
        if as_json:
            self.stdout.write(json.dumps(dataclasses.asdict(made), ensure_ascii=False))
            return
        self.stdout.write("、".join(made.periods) or "没有在用的频次，也没有重要节点。")
        for name, word in WORDS.items():
            self.stdout.write(f"{word}\t{getattr(made, name):,}")
