import sys

from django.core.management.base import BaseCommand

from entities.queries.tally import tally_differences


class Command(BaseCommand):
    help = "Proves the counters against a full count of the register; exit 1 where they differ."

    def handle(self, **options):
        differences, counters, businesses = tally_differences()
        for key, kept, counted in differences:
            self.stderr.write(f"不符 {' '.join(key)}：计数 {kept}，实数 {counted}")
        if differences:
            sys.exit(1)
        self.stdout.write(f"计数与实数一致：{businesses:,} 家，{counters:,} 个计数。")
