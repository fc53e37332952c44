from django.core.management.base import BaseCommand, CommandError

from jiamusi_foodsafety.kit.assets import AssetsError, build_assets


class Command(BaseCommand):
    help = "从已安装的前端包生成 static/vendor/（样式、脚本、图标）"
    requires_system_checks = []

    def handle(self, *args, **options):
        try:
            for path in build_assets():
                self.stdout.write(str(path))
        except (AssetsError, OSError) as error:
            raise CommandError(str(error)) from error
