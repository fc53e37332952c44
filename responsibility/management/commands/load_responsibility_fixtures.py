from importlib import import_module
from pkgutil import iter_modules

from django.core.management.base import BaseCommand
from django.db import transaction

from responsibility import services


class Command(BaseCommand):
    help = "载入节假日、清单、机构等示例资料；已有的不动，可重复执行。"

    @transaction.atomic
    def handle(self, *args, **options):
        names = sorted(found.name for found in iter_modules(services.__path__))
        for name in names:
            if name.startswith("seeds_"):
                import_module(f"{services.__name__}.{name}").load()
                self.stdout.write(f"已载入 {name.removeprefix('seeds_')}")
