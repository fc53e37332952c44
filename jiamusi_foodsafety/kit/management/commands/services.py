from django.core.management.base import BaseCommand, CommandError

from jiamusi_foodsafety.kit.addresses import data_dir
from jiamusi_foodsafety.kit.services import (
    ServicesError,
    ensure_services,
    services_status,
    stop_services,
)

NAMES = {"postgres": "PostgreSQL", "valkey": "Valkey"}


class Command(BaseCommand):
    help = "启动、停止或查看内置的 PostgreSQL 与 Valkey（数据目录由 DATA_DIR 指定，默认 var/）"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["start", "stop", "status"])

    def handle(self, *args, action, **options):
        folder = data_dir()
        self.stdout.write(f"数据目录 {folder}")
        try:
            if action == "start":
                for name, address in ensure_services(folder).items():
                    self.stdout.write(f"{name.upper()}={address}")
            elif action == "stop":
                for name, was_running in stop_services(folder).items():
                    self.stdout.write(f"{NAMES[name]} {'已停止' if was_running else '未在运行'}")
            else:
                status = services_status(folder)
                for name, is_ready in status.items():
                    self.stdout.write(f"{NAMES[name]} {'运行中' if is_ready else '未运行'}")
                if not all(status.values()):
                    raise SystemExit(3)
        except ServicesError as error:
            raise CommandError(str(error)) from error
