import sys

from django.core.management.base import BaseCommand

from responsibility.queries.proof import coverage_differences


class Command(BaseCommand):
    help = "核对包保计数：与包保关系逐条实数对照；不一致时列出并以 1 退出"

    def handle(self, **options):
        differences, bonds = coverage_differences()
        for name, key, kept, counted in differences:
            self.stderr.write(f"不符 {name} {key}：计数 {kept}，实数 {counted}")
        if differences:
            sys.exit(1)
        self.stdout.write(f"计数与实数一致：{bonds:,} 条有效包保。")
