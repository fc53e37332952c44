import pytest
from django.core.management import call_command


@pytest.fixture
def dictionaries(db):
    """Categories, business forms and the example grading standard."""
    call_command("load_register_fixtures", verbosity=0)
