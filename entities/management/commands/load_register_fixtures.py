import csv

from django.conf import settings
from django.core.management.base import BaseCommand

from entities.ledger.vocabulary import CATEGORIES, FORMS
from entities.rules import SMALL_CATEGORIES
from entities.services.dictionaries import dictionaries_load


class Command(BaseCommand):
    help = "载入主体类别、业态和示例分级标准；已有的只补新的同义词，改过的不动，可重复执行。"

    def handle(self, *args, **options):
        path = settings.BASE_DIR / "fixtures" / "grading_standard.csv"
        with path.open(encoding="utf-8", newline="") as file:
            made = dictionaries_load(
                categories=CATEGORIES,
                small=SMALL_CATEGORIES,
                forms=FORMS,
                rules=list(csv.DictReader(file)),
            )
        self.stdout.write(
            f"类别 {made['categories']} 个，同义词 {made['synonyms']} 个，业态 {made['forms']} 个，分级规则 {made['rules']} 条（新增）"
        )
