import pytest
from django.core.management import call_command

from .pipeline import Ledger


@pytest.fixture
def dictionaries(db):
    """Categories, business forms and the example grading standard."""
    call_command("load_register_fixtures", verbosity=0)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


@pytest.fixture
def made_up(areas, dictionaries):
    """The made-up city with its dictionaries."""
