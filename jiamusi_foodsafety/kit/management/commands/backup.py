from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from jiamusi_foodsafety.kit.backup import BackupError, make_backup

PATTERN = "jiamusi-*.tar"


class Command(BaseCommand):
    help = "备份：把数据库和上传文件写成一个文件"

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="默认写入 BACKUP_DIR，按时间命名")
        parser.add_argument("--keep", type=int, help="只保留 BACKUP_DIR 中最新的几份")

    def handle(self, *args, file, keep, **options):
        at = timezone.localtime()
        folder = Path(settings.BACKUP_DIR)
        target = file or folder / f"jiamusi-{at:%Y%m%d-%H%M%S}.tar"
        store = Path(settings.STORAGES["private"]["OPTIONS"]["location"])
        try:
            manifest = make_backup(connection.settings_dict, store, target.resolve(), at=at)
        except (BackupError, OSError) as error:
            raise CommandError(f"备份失败：{error}") from error
        size = target.stat().st_size / 1024 / 1024
        self.stdout.write(
            f"已备份 {target}（{size:.1f} MB，上传文件 {len(manifest['files']) - 1} 个）"
        )
        if keep:
            for old in sorted(folder.glob(PATTERN))[:-keep]:
                old.unlink()
                self.stdout.write(f"已删除旧备份 {old.name}")
