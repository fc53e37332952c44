import sys
from importlib import import_module
from pkgutil import iter_modules

from django.core.management.base import BaseCommand

from inspections import queries


class Command(BaseCommand):
    help = "核对督导、问题等计数：与逐条实数对照；不一致时列出并以 1 退出"

    def handle(self, **options):
        # each part of the room that keeps counters: queries/proof_<part>.py with differences()
        names = sorted(found.name for found in iter_modules(queries.__path__))
        differences, counted = [], []
        for name in names:
            if name.startswith("proof_"):
                found, words = import_module(f"{queries.__name__}.{name}").differences()
                differences += found
                counted.append(words)
        for what, key, kept, real in differences:
            self.stderr.write(f"不符 {what} {key}：计数 {kept}，实数 {real}")
        if differences:
            sys.exit(1)
        self.stdout.write(f"计数与实数一致：{'，'.join(counted)}。")
