from django.core.management.base import BaseCommand, CommandError

from inspections.models import CheckRound
from inspections.queries.check_draws import redraw_differences


class Command(BaseCommand):
    help = "用原来的种子和抽样框把一轮督查重抽一次，逐条核对；不同时列出并以 1 退出"

    def add_arguments(self, parser):
        parser.add_argument("round", type=int, help="轮次的编号")

    def handle(self, **options):
        row = CheckRound.objects.filter(pk=options["round"]).select_related("target").first()
        if row is None or row.drawn_at is None:
            raise CommandError("没有这一轮，或者还没有抽样。")
        told = redraw_differences(check_round=row)
        for line in told:
            self.stderr.write(line)
        if told:
            raise CommandError(f"{row}：有 {len(told)} 处不同。")
        self.stdout.write(f"{row}：种子 {row.seed}，重抽 {row.samples.count()} 个，全部相同。")
