import json
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.enums import CadreLevel
from responsibility.services.planning import plan_apply, plan_make

KEYS = (
    "eligible", "assigned", "moved", "kept", "uncovered", "over_cap", "max_load", "min_load",
)  # fmt: skip


class Command(BaseCommand):
    help = "自动分配包保干部：--plan 只看方案，--apply 制定并执行（可在页面上整批撤销）"

    def add_arguments(self, parser):
        parser.add_argument(
            "--area", required=True, metavar="代码", help="区划代码，如 2308、230882"
        )
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--plan", action="store_true", help="只算方案，不留下任何改动")
        act.add_argument("--apply", action="store_true", help="制定方案并执行")
        parser.add_argument("--rebalance", action="store_true", help="现有包保也参加均衡")
        parser.add_argument("--grade", action="append", choices=["A", "B", "C", "D"])
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, area, plan, rebalance, grade, as_json, **options):
        place = Area.objects.filter(pk=area).first()
        if place is None:
            raise CommandError(f"没有代码为 {area} 的区划。")
        options = {"rebalance": rebalance, "selection": {"grade": grade} if grade else None}
        with transaction.atomic():
            made = plan_make(area=place, by=None, at=timezone.now(), **options)
            # a look leaves nothing behind
            transaction.set_rollback(plan)
        figures = {key: made.counts[key] for key in (*KEYS, "seconds")}
        if not plan:
            figures |= {"plan": made.pk, **self.apply(made)}
        figures |= {key: made.counts[key] for key in ("areas", "levels", "vacancies")}
        self.stdout.write(
            json.dumps(figures, ensure_ascii=False) if as_json else self.table(figures)
        )

    def apply(self, made):
        started, now = time.perf_counter(), timezone.now()
        written = plan_apply(plan=made, by=None, at=now, on=timezone.localdate(now))
        return written | {"apply_seconds": round(time.perf_counter() - started, 2)}

    def table(self, figures):
        words = (
            f"应分配 {figures['eligible']:,} 家：保持 {figures['kept']:,}，新分配 {figures['assigned']:,}，"
            f"改派 {figures['moved']:,}，无人可派 {figures['uncovered']:,}；"
            f"超上限 {figures['over_cap']:,} 人；用时 {figures['seconds']:.2f} 秒。"
        )
        lines = [
            f"{row['grade']} 级 {CadreLevel(row['level']).label if row['level'] else '—'}："
            f"新分配 {row['assigned']:,}，改派 {row['moved']:,}，保持 {row['kept']:,}，"
            f"无人可派 {row['uncovered']:,}"
            for row in figures["levels"]
        ]
        if "applied" in figures:
            lines.append(
                f"已执行 {figures['applied']:,} 家，被他人改过未写 {figures['conflicts']:,} 家。"
            )
        return "\n".join([words, *lines])
