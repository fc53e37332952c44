from importlib import import_module
from pkgutil import iter_modules

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from inspections import services


class Command(BaseCommand):
    help = "载入督导任务清单、频次、重要节点等示例资料；已有的不动，可重复执行。"

    @transaction.atomic
    def handle(self, *args, **options):
        # each part of the room that has first rows: services/seeds_<part>.py with load(*, on)
        on = timezone.localdate()
        for name in sorted(found.name for found in iter_modules(services.__path__)):
            if name.startswith("seeds_"):
                import_module(f"{services.__name__}.{name}").load(on=on)
                self.stdout.write(f"已载入 {name.removeprefix('seeds_')}")
