from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...services import areas_load
from ...services.areas import AreaError


class Command(BaseCommand):
    help = "载入一个市的区划表（列：code,name,level,kind,parent,alias_code,alias_name），可重复执行"

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures" / "areas.csv"
        )

    def handle(self, *args, **options):
        try:
            counts = areas_load(path=options["file"])
        except (AreaError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"区划 {counts['areas']} 个，其中新增 {counts['new']} 个；别名 {counts['aliases']} 个"
        )
