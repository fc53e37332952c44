from django.core.management.base import BaseCommand

from ...services import sync_roles


class Command(BaseCommand):
    help = "按代码中的权限表重建角色（migrate 后自动执行）"

    def handle(self, *args, **options):
        for role, size in sync_roles().items():
            self.stdout.write(f"{role}：{size} 项权限")
