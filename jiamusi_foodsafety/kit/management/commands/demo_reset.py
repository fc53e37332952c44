import shutil

from django.core.management.base import BaseCommand

from jiamusi_foodsafety.kit.addresses import data_dir
from jiamusi_foodsafety.kit.services import stop_services

from .demo import alone

# Only what the program itself makes there; anything else in DATA_DIR is not ours to delete.
MADE_BY_US = [
    "postgres", "valkey", "run", "uploads", "media", "log", "celerybeat-schedule*", "demo-password",
]  # fmt: skip


class Command(BaseCommand):
    help = "清除演示数据（数据库、上传文件、日志），下次 make demo 从头开始"
    requires_system_checks = []

    def handle(self, *args, **options):
        folder = data_dir()
        with alone(folder):
            stop_services(folder)
            for path in [path for name in MADE_BY_US for path in folder.glob(name)]:
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        self.stdout.write(f"已清除 {folder} 中的演示数据")
