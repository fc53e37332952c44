"""A ledger that still lists what was merged does not bring it back."""

import pytest

from tests.entities.pipeline import GOOD, Ledger, entity, undo
from tests.entities.twins import merge

TWIN = {"主体名称": "好又多超市", "许可证编号": "JY13799210000027"}

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")


def test_a_later_ledger_leaves_the_merged_one_outside_the_register(tmp_path, county_officer):
    ledger = Ledger(tmp_path)
    ledger.write(GOOD, GOOD | TWIN)
    merge(county_officer, entity(), entity(TWIN["许可证编号"]))
    later = ledger.write(GOOD, GOOD | TWIN | {"联系电话": "13900000001"})
    assert entity(TWIN["许可证编号"]).status == "duplicate"
    undo(later, by=county_officer)
    assert entity(TWIN["许可证编号"]).status == "duplicate"
    assert entity().status == "operating"
