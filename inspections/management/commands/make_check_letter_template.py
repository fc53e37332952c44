from django.conf import settings
from django.core.management.base import BaseCommand

from inspections.documents.check_letter_template import default_template

PATH = settings.BASE_DIR / "fixtures" / "inspections" / "check_letter.docx"


class Command(BaseCommand):
    help = "重新生成督查反馈书的示例模板（fixtures/inspections/check_letter.docx）。"

    def handle(self, *args, **options):
        PATH.write_bytes(default_template())
        self.stdout.write(str(PATH))
