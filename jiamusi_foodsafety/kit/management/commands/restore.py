from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from jiamusi_foodsafety.kit.backup import BackupError, restore_backup


class Command(BaseCommand):
    help = "恢复：用备份文件替换现有的数据库和上传文件（先停止网页与后台进程）"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="确认替换现有数据")

    def handle(self, *args, file, yes, **options):
        if not yes:
            raise CommandError("恢复会替换现有的全部数据；确认请加 --yes")
        store = Path(settings.STORAGES["private"]["OPTIONS"]["location"])
        connection.close()
        try:
            manifest = restore_backup(file.resolve(), connection.settings_dict, store)
        except (BackupError, OSError) as error:
            raise CommandError(f"恢复失败：{error}") from error
        self.stdout.write(
            f"已恢复 {manifest['made_at']} 的备份（上传文件 {len(manifest['files']) - 1} 个）"
        )
