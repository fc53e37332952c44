import os
import subprocess
import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from benchmarks.options import add_arguments, as_arguments
from jiamusi_foodsafety.kit.addresses import data_dir
from jiamusi_foodsafety.kit.services import ensure_services, stop_services


class Command(BaseCommand):
    help = "速度与内存对比表（Markdown）；用自己的数据库，不碰现有数据"
    requires_system_checks = []

    def add_arguments(self, parser):
        add_arguments(parser)

    def handle(self, *args, **options):
        """In a process of its own, which knows no other database."""
        folder = data_dir() / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        addresses = ensure_services(folder)
        own = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": addresses["database_url"],
            "REDIS_URL": addresses["redis_url"],
            "DJANGO_SETTINGS_MODULE": "jiamusi_foodsafety.settings.development",
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "benchmarks", *as_arguments(**options)]
        try:
            done = subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ | own, check=False)
        finally:
            stop_services(folder)
        sys.exit(done.returncode)
