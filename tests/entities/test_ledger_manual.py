from pathlib import Path

import pytest

from entities.ledger.columns import COLUMNS
from entities.ledger.findings import BY_CODE, KINDS
from entities.ledger.manual import ledger_manual
from entities.ledger.vocabulary import CATEGORIES, REMARK_WORDS, STATUSES

MANUAL = Path(__file__).parents[2] / "docs" / "ledger.md"


def test_manual_is_current():
    assert MANUAL.read_text(encoding="utf-8") == ledger_manual()


def test_every_code_is_in_the_manual_with_meaning_and_cure():
    assert len(BY_CODE) == len(KINDS) == 35
    for kind in KINDS:
        assert f"| {kind.code} | {kind.name} |" in ledger_manual()
        assert kind.meaning
        assert kind.cure


def test_every_column_is_in_the_manual():
    for column in COLUMNS:
        assert f"| {column.key} | {column.heading} |" in ledger_manual()


@pytest.mark.parametrize("table", [CATEGORIES, STATUSES])
def test_a_word_means_one_thing_only(table):
    words = [word for _, name, synonyms, *_ in table for word in (name, *synonyms)]
    assert len(words) == len(set(words))


def test_remarks_speak_of_statuses_that_are_only_proposed():
    effects = {code: effect for code, _, _, effect in STATUSES}
    assert {effects[code] for _, code in REMARK_WORDS} == {"propose"}
