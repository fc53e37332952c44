from django.conf import settings
from django.core.management.base import BaseCommand

from responsibility.documents.pledge_template import default_template

PATH = settings.BASE_DIR / "fixtures" / "responsibility" / "pledge_template.docx"


class Command(BaseCommand):
    help = "重新生成承诺书的示例模板（fixtures/responsibility/pledge_template.docx）。"

    def handle(self, *args, **options):
        PATH.write_bytes(default_template())
        self.stdout.write(str(PATH))
