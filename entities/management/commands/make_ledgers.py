"""Write the eleven example ledgers of the demo."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from entities.generator.ledgers import make_ledgers


class Command(BaseCommand):
    help = "生成十一个县区的示例台账（虚构数据），并写出 manifest.json"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--seed", type=int, required=True, help="随机种子：相同种子生成相同文件"
        )
        parser.add_argument("--out", type=Path, required=True, help="输出目录")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, default=None, help="生成日期 YYYY-MM-DD，默认今天"
        )
        parser.add_argument("--share", type=float, default=1, help="按比例缩小或放大，默认 1")

    def handle(self, *args, seed, out, as_of, share, **options):
        if share <= 0:
            raise CommandError("--share 必须大于 0。")
        manifest = make_ledgers(
            seed=seed,
            out=out,
            as_of=as_of or timezone.localdate(),
            areas=Path(settings.BASE_DIR) / "fixtures" / "areas.csv",
            share=share,
            tick=self.stderr.write,
        )
        total = manifest["total"]
        self.stdout.write(
            f"{len(manifest['files'])} 个文件，{total['rows']} 行："
            f"可导入 {total['good']} 家（已分级 {total['graded_total']} 家），应拒收 {total['refused_rows']} 行"
        )
