"""Rows of the administration. `model_rows` gives the usual ones of a ModelAdmin.

Objects of another city are in tests/jurisdiction/test_admin.py: administrators are the city's.
"""

import io

from django.core.management import call_command
from django.utils import timezone

from entities.ledger.uploads import upload_accept
from entities.models import (
    BusinessForm,
    Category,
    ColumnChoice,
    GradingStandard,
    Proposal,
    SampleDraw,
    Transfer,
    WorkerPulse,
)
from jiamusi_foodsafety.jurisdiction.models import AreaAlias
from jiamusi_foodsafety.jurisdiction.services import audit
from reports.models import DailyReport
from tests.factories import EntityFactory, StationFactory, UserFactory

from . import ADMINS, AUDITORS, Row

NONE = frozenset()
# Whoever has no seat in the administration gets 403 there.
SEATED = ADMINS | AUDITORS
REGISTRARS = frozenset({"city_admin"})


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


def entity(world, where):
    return [EntityFactory(area_id=world.code[where]).pk]


def category(world, where):
    call_command("load_register_fixtures", verbosity=0)
    return [Category.objects.get(name="餐饮服务").pk]


def business_form(world, where):
    return [BusinessForm.objects.create(name=f"烧烤摊{where}").pk]


def standard(world, where):
    return [GradingStandard.objects.create(name=f"草稿{where}", effective_from="2022-11-01").pk]


def upload(world, where):
    made = upload_accept(
        source=io.BytesIO(b"x"),
        filename="台账.csv",
        area=world.areas[world.code[where][:6]],
        by=None,
        channel="admin",
        at=timezone.now(),
    )
    return [made.pk]


def proposal(world, where):
    code = world.code[where]
    made = Proposal.objects.create(
        entity=EntityFactory(area_id=code),
        area_id=code,
        kind="screen",
        status_to="closed",
        reason="关",
    )
    return [made.pk]


def draw(world, where):
    made = SampleDraw.objects.create(
        area_id=world.code[where],
        kind="screen",
        seed=1,
        percent=5,
        until=timezone.now(),
        frame_size=0,
        drawn_ids=[],
        drawn_by=world.people["city_officer"],
    )
    return [made.pk]


def transfer(world, where):
    code = world.code[where]
    made = Transfer.objects.create(entity=EntityFactory(area_id=code), to_area_id=code)
    return [made.pk]


def choice(world, where):
    made = ColumnChoice.objects.create(area_id=world.code[where], heading="店名", field="name")
    return [made.pk]


def pulse(world, where):
    return [WorkerPulse.objects.create(name=where, seen_at=timezone.now()).pk]


def daily_report(world, where):
    made, _ = DailyReport.objects.get_or_create(
        area_id="3799", date="2022-11-02", defaults={"number": 1, "as_of": timezone.now()}
    )
    return [made.pk]


def register_rows(name, make, **given):
    """Rows of the register's models: the business's administrators alone."""
    return model_rows(name, make, near=REGISTRARS, **given)


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
    **register_rows("entities_entity", entity, history=False, extra=["import"]),
    "admin:entities_entity_history": Row(near=REGISTRARS, far=REGISTRARS, args=entity, status=302),
    **register_rows("entities_category", category, extra=["export", "import"]),
    **register_rows(
        "entities_businessform", business_form, delete=REGISTRARS, extra=["export", "import"]
    ),
    **register_rows("entities_gradingstandard", standard),
    **register_rows("entities_ledgerupload", upload, add=NONE),
    **register_rows("entities_proposal", proposal, add=NONE),
    **register_rows("entities_sampledraw", draw, add=NONE),
    **register_rows("entities_transfer", transfer, add=NONE),
    **register_rows("entities_columnchoice", choice, add=NONE, delete=REGISTRARS),
    **register_rows("entities_workerpulse", pulse, add=NONE),
    **register_rows("reports_dailyreport", daily_report, add=NONE),
}
EXEMPT = {
    "admin:(?P<url>.*)$": "unknown addresses below /admin/: 404 for the seated, test_admin.py",
    "admin:<path:object_id>/": "Django's redirect of old addresses to …_change",
    "admin:password_change_done": "Django's page that nothing leads to; shows no data",
    "admin:jurisdiction_areaalias_process_import": "second step of import; needs its first, test_admin.py",
    "admin:entities_category_process_import": "second step of import; needs its first, test_admin.py",
    "admin:entities_businessform_process_import": "second step of import, as of categories",
}
