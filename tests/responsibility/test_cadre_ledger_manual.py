"""The reference of the cadre ledger is what the code says."""

from pathlib import Path

from django.conf import settings

from jiamusi_foodsafety.kit.ledger.headings import heading_key
from responsibility.ledger.columns import COLUMNS
from responsibility.ledger.findings import KINDS
from responsibility.ledger.headers import HEADINGS
from responsibility.ledger.manual import cadre_manual


def test_the_page_is_up_to_date():
    page = Path(settings.BASE_DIR) / "docs" / "cadre-ledger.md"
    assert page.read_text(encoding="utf-8") == cadre_manual()


def test_every_heading_means_its_column_and_no_other():
    seen = {}
    for column in COLUMNS:
        for heading in column.headings:
            key = heading_key(heading)
            assert seen.setdefault(key, column.key) == column.key, heading
            assert HEADINGS.find_field(key)[0] == column.key, heading


def test_every_code_stands_once():
    assert len({kind.code for kind in KINDS}) == len(KINDS)
