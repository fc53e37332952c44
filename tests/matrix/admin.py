"""Rows of the administration. `model_rows` gives the usual ones of a ModelAdmin.

Objects of another city are in tests/jurisdiction/test_admin.py: administrators are the city's.
"""

from jiamusi_foodsafety.jurisdiction.models import AreaAlias
from jiamusi_foodsafety.jurisdiction.services import audit
from tests.factories import StationFactory, UserFactory

from . import ADMINS, AUDITORS, Row

NONE = frozenset()
# Whoever has no seat in the administration gets 403 there.
SEATED = ADMINS | AUDITORS


def model_rows(name, make, *, near, far=None, add=None, delete=NONE, history=True, extra=()):
    """The rows of `admin:<name>_…`. `make(world, where)` gives the arguments of a record's URLs; `near` may
    open the list and records near, `far` (default: the same) those far; `add` (default: `near`) and
    `delete` (default: nobody) those pages; `extra`: further pages of the list, e.g. "export"."""
    far = near if far is None else far
    rows = {
        f"admin:{name}_changelist": Row(near=near | far),
        f"admin:{name}_add": Row(near=near if add is None else add),
        f"admin:{name}_change": Row(near=near, far=far, args=make),
        f"admin:{name}_delete": Row(near=near & delete, far=far & delete, args=make),
    }
    if history:
        rows[f"admin:{name}_history"] = Row(near=near, far=far, args=make)
    return rows | {f"admin:{name}_{page}": Row(near=near | far) for page in extra}


def area(world, where):
    return [world.code[where]]


def alias(world, where):
    return [AreaAlias.objects.create(area_id=world.code[where], name="旧称").pk]


def station(world, where):
    county = world.areas[world.code[where][:6]]
    return [StationFactory(county=county).pk]


def user(world, where):
    return [UserFactory(area_id=world.code[where]).pk]


def record(world, where):
    return [audit(actor=None, action="change", area_code=world.code[where]).pk]


ROWS = {
    "admin:index": Row(near=SEATED),
    "admin:login": Row(near=SEATED | frozenset({"nobody"}), status=302, denied=302),
    "admin:logout": Row(near=SEATED, method="post", status=302),
    "admin:password_change": Row(near=SEATED, status=302),
    "admin:jsi18n": Row(near=SEATED),
    "admin:app_list": Row(near=SEATED, args=lambda world, where: ["jurisdiction"]),
    "admin:autocomplete": Row(
        near=ADMINS,
        query="?app_label=jurisdiction&model_name=user&field_name=area",
    ),
    **model_rows("jurisdiction_area", area, near=ADMINS, extra=["export"]),
    **model_rows(
        "jurisdiction_areaalias", alias, near=ADMINS, delete=ADMINS, extra=["export", "import"]
    ),
    **model_rows("jurisdiction_station", station, near=ADMINS, extra=["export"]),
    **model_rows("jurisdiction_user", user, near=ADMINS),
    **model_rows("jurisdiction_auditrecord", record, near=AUDITORS, add=NONE, extra=["export"]),
}
EXEMPT = {
    "admin:(?P<url>.*)$": "unknown addresses below /admin/: 404 for the seated, test_admin.py",
    "admin:<path:object_id>/": "Django's redirect of old addresses to …_change",
    "admin:password_change_done": "Django's page that nothing leads to; shows no data",
    "admin:jurisdiction_areaalias_process_import": "second step of import; needs its first, test_admin.py",
}
