"""Write the eleven example ledgers of the demo, or fill an empty register for load tests."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from entities.generator.ledgers import make_ledgers
from entities.generator.register import RegisterNotEmpty, fill_register

# Below this the city's proportions cannot be kept.
SMALLEST = 2000


class Command(BaseCommand):
    help = "生成十一个县区的示例台账（虚构数据）；或用 --scale 往空名录直接写入任意多家虚构主体"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--seed", type=int, required=True, help="随机种子：相同种子生成相同文件"
        )
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--out", type=Path, help="输出目录，另写一份 manifest.json")
        where.add_argument(
            "--scale", type=int, metavar="N", help="不写文件：往空名录直接写入 N 家（压力测试用）"
        )
        parser.add_argument(
            "--as-of", type=date.fromisoformat, default=None, help="生成日期 YYYY-MM-DD，默认今天"
        )
        parser.add_argument("--share", type=float, default=1, help="按比例缩小或放大，默认 1")

    def handle(self, *args, seed, out, scale, as_of, share, **options):
        areas = Path(settings.BASE_DIR) / "fixtures" / "areas.csv"
        as_of = as_of or timezone.localdate()
        if scale is not None:
            self.fill(seed=seed, total=scale, as_of=as_of, areas=areas)
            return
        if share <= 0:
            raise CommandError("--share 必须大于 0。")
        manifest = make_ledgers(
            seed=seed, out=out, as_of=as_of, areas=areas, share=share, tick=self.stderr.write
        )
        total = manifest["total"]
        self.stdout.write(
            f"{len(manifest['files'])} 个文件，{total['rows']} 行："
            f"可导入 {total['good']} 家（已分级 {total['graded_total']} 家），应拒收 {total['refused_rows']} 行"
        )

    def fill(self, *, seed, total, as_of, areas):
        if total < SMALLEST:
            raise CommandError(f"--scale 至少 {SMALLEST}。")
        try:
            made = fill_register(seed=seed, total=total, as_of=as_of, areas=areas)
        except RegisterNotEmpty as error:
            raise CommandError("名录里已有主体，虚构主体不与真实数据混放。") from error
        self.stdout.write(f"已写入 {made:,} 家虚构主体。")
