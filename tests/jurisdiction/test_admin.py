import io
import re

import openpyxl
import pytest
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction import roles, services
from jiamusi_foodsafety.jurisdiction.models import Area, AreaAlias, AuditRecord, Station, User
from tests.factories import StationFactory, UserFactory

pytestmark = pytest.mark.django_db
CANARY = "别市金丝雀"


@pytest.fixture
def foreign(areas):
    """Another city in the same database, each name a canary."""
    city = Area.objects.create(code="3701", name=f"{CANARY}市", level="city")
    county = Area.objects.create(code="370101", name=f"{CANARY}县", level="county", parent=city)
    station = StationFactory(name=f"{CANARY}所", county=county, covers=[county])
    user = UserFactory(username="canary", name=CANARY, role=roles.COUNTY_OFFICER, area=county)
    return {
        "area": county,
        "areaalias": AreaAlias.objects.create(area=county, name=f"{CANARY}旧称"),
        "station": station,
        "user": user,
        "auditrecord": services.audit(actor=user, action="change"),
    }


MODELS = ("area", "areaalias", "station", "user", "auditrecord")


def url(model, page, *args):
    return reverse(f"admin:jurisdiction_{model}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_another_city_is_nowhere_in_the_administration(foreign, city_admin, log_in, model):
    browser = log_in(city_admin)
    for query in ("", "?q=金丝雀", "?all=1"):
        page = browser.get(url(model, "changelist") + query)
        assert page.status_code == 200
        assert CANARY not in page.content.decode().replace("?q=金丝雀", "")
    for page in ("change", "history", "delete"):
        for key in (foreign[model].pk, "999999"):
            assert browser.get(url(model, page, key)).status_code in (403, 404)
        known = browser.get(url(model, page, foreign[model].pk))
        unknown = browser.get(url(model, page, "999999"))
        assert known.status_code == unknown.status_code
    if model != "auditrecord":
        assert CANARY not in browser.get(url(model, "add")).content.decode()
    if model != "user":
        data = {"format": "0", "resource": "0"}
        answer = browser.post(url(model, "export"), data | fields(browser, model))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert CANARY not in str(list(book.active.values))
        assert AuditRecord.objects.filter(
            action="export", object_type=f"jurisdiction.{model}"
        ).exists()


def fields(browser, model):
    """What the export page's form has ticked at first."""
    form = browser.get(url(model, "export")).context["form"]
    return {
        name: "on"
        for name, field in form.fields.items()
        if field.__class__.__name__ == "BooleanField"
    }


def test_suggestions_name_no_area_of_another_city(foreign, city_admin, log_in):
    browser = log_in(city_admin)
    query = {"app_label": "jurisdiction", "model_name": "user", "field_name": "area", "term": ""}
    names = str(browser.get(reverse("admin:autocomplete"), query).json())
    assert "东山县" in names or "示例市" in names
    assert CANARY not in names


def test_an_account_is_made_with_a_password_shown_once(city_admin, log_in, areas):
    browser = log_in(city_admin)
    data = {
        "username": "newcomer",
        "name": "李四",
        "role": roles.COUNTY_OFFICER,
        "area": "379921",
        "is_active": "on",
    }
    page = browser.post(url("user", "add"), data)
    made = User.objects.get(username="newcomer")
    assert made.must_change_password
    assert made.groups.get().name == roles.COUNTY_OFFICER
    assert "no-store" in page.headers["Cache-Control"]
    password = re.search(r"<code>(\w+)</code>", page.content.decode()).group(1)
    assert made.check_password(password)


ATTACKS = [
    ({"is_superuser": "on", "is_staff": "on", "user_permissions": "1", "groups": "1"}, 302),
    ({"role": "厅长"}, 200),
    ({"area": "370101"}, 200),
    ({"area": ""}, 200),
    ({"station": "1", "role": roles.STATION_OFFICER}, 200),
]


@pytest.mark.usefixtures("foreign")
@pytest.mark.parametrize(("sent", "status"), ATTACKS)
def test_fields_that_are_not_offered_change_nothing(
    system_admin, county_officer, log_in, sent, status
):
    browser = log_in(system_admin)
    data = {"name": "x", "role": roles.COUNTY_OFFICER, "area": "379921", "is_active": "on"} | sent
    assert browser.post(url("user", "change", county_officer.pk), data).status_code == status
    found = User.objects.get(pk=county_officer.pk)
    assert not found.is_superuser
    assert not found.is_staff
    assert not found.user_permissions.exists()
    assert [group.name for group in found.groups.all()] == [roles.COUNTY_OFFICER]
    assert found.area_id == "379921"


@pytest.mark.parametrize(
    ("persona", "target", "role"),
    [
        ("system_admin", "system_admin", roles.CITY_ADMIN),
        ("system_admin", "county_officer", roles.CITY_ADMIN),
        ("system_admin", "county_officer", roles.AUDITOR),
        ("city_admin", "city_admin", roles.LEADER),
    ],
)
def test_nobody_raises_himself_or_others_above_himself(request, log_in, persona, target, role):
    actor, user = request.getfixturevalue(persona), request.getfixturevalue(target)
    before = set(user.groups.values_list("name", flat=True))
    data = {"name": "x", "role": role, "area": "3799", "is_active": "on"}
    page = log_in(actor).post(url("user", "change", user.pk), data)
    assert page.status_code == 200
    assert set(user.groups.values_list("name", flat=True)) == before


def test_a_superusers_account_is_out_of_sight(city_admin, log_in):
    boss = User.objects.create_superuser("boss", area_id="3799")
    assert log_in(city_admin).get(url("user", "change", boss.pk)).status_code == 404


def test_an_account_is_disabled_and_told(city_admin, county_officer, log_in):
    browser = log_in(city_admin)
    data = {"name": county_officer.name, "role": roles.COUNTY_OFFICER, "area": "379921"}
    assert browser.post(url("user", "change", county_officer.pk), data).status_code == 302
    county_officer.refresh_from_db()
    assert not county_officer.is_active
    record = AuditRecord.objects.get(action="permission")
    assert (record.detail["before"]["is_active"], record.detail["after"]["is_active"]) == (
        True,
        False,
    )


def test_passwords_are_given_anew(city_admin, county_officer, log_in):
    browser = log_in(city_admin)
    data = {"action": "give_new_password", "_selected_action": [county_officer.pk, city_admin.pk]}
    page = browser.post(url("user", "changelist"), data).content.decode()
    assert "county_officer" in page
    county_officer.refresh_from_db()
    assert county_officer.must_change_password
    old = city_admin.password
    city_admin.refresh_from_db()
    assert city_admin.password == old


def test_an_area_is_added_and_renamed_through_the_service(city_admin, log_in, areas):
    browser = log_in(city_admin)
    data = {"parent": "379921", "code": "379921109", "name": "新镇", "kind": "town"}
    assert browser.post(url("area", "add"), data).status_code == 302
    assert Area.objects.get(code="379921109").level == "township"
    browser.post(url("area", "change", "379921109"), {"name": "新兴镇"})
    assert Area.objects.get(code="379921109").aliases.get().name == "新镇"
    assert AuditRecord.objects.filter(action="area").count() == 2


def test_an_area_that_does_not_fit_is_told_in_a_sentence(city_admin, log_in, areas):
    data = {"parent": "379921", "code": "379902109", "name": "新镇", "kind": "town"}
    page = log_in(city_admin).post(url("area", "add"), data, follow=True)
    assert "以上级代码" in page.content.decode()
    assert not Area.objects.filter(code="379902109").exists()


def test_areas_are_retired_and_merged_by_actions(city_admin, log_in, areas):
    browser = log_in(city_admin)
    where = url("area", "changelist")
    browser.post(where, {"action": "retire", "_selected_action": ["379921001003"]})
    assert not Area.objects.get(pk="379921001003").is_active
    asked = {"action": "merge", "_selected_action": ["379921001002"]}
    page = browser.post(where, asked).content.decode()
    assert "379921102001" in page
    assert "379921001003" not in page
    browser.post(where, asked | {"into": "379921001001"})
    assert Area.objects.get(pk="379921001002").merged_into_id == "379921001001"


def test_a_station_is_saved_with_its_areas(city_admin, log_in, station, areas):
    browser = log_in(city_admin)
    data = {"county": "379921", "name": "柳林所", "areas": ["379921102"], "is_active": "on"}
    assert browser.post(url("station", "add"), data).status_code == 302
    made = Station.objects.get(name="柳林所")
    assert [area.pk for area in made.areas.all()] == ["379921102"]
    for wrong, why in (("379921001", "已归"), ("379902001", "不在东山县")):
        page = browser.post(url("station", "change", made.pk), data | {"areas": [wrong]})
        assert why in page.content.decode()
    assert [area.pk for area in made.areas.all()] == ["379921102"]


def test_aliases_come_in_by_a_file_only_for_ones_own_areas(foreign, city_admin, log_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = log_in(city_admin)
    for code, errors in (("379921", False), ("370101", True)):
        file = SimpleUploadedFile("a.csv", f"区划,旧代码,别名\n{code},,旧{code}\n".encode())
        data = {"import_file": file, "format": "1", "resource": "0"}
        page = browser.post(url("areaalias", "import"), data)
        result = page.context["result"]
        assert (result.has_validation_errors() or result.has_errors()) == errors
        if errors:
            continue
        confirm = {
            key: field.value() for key, field in ((f.name, f) for f in page.context["confirm_form"])
        }
        browser.post(url("areaalias", "process_import"), confirm)
    assert set(AreaAlias.objects.exclude(area="370101").values_list("name", flat=True)) == {
        "旧379921"
    }
    assert not AreaAlias.objects.filter(name="旧370101").exists()


def test_a_name_that_looks_like_a_formula_is_exported_as_text(city_admin, log_in, areas):
    Area.objects.filter(pk="379921001").update(name='=HYPERLINK("http://x")')
    browser = log_in(city_admin)
    data = {"format": "0", "resource": "0"} | fields(browser, "area")
    book = openpyxl.load_workbook(io.BytesIO(browser.post(url("area", "export"), data).content))
    cells = [cell for row in book.active for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert '\'=HYPERLINK("http://x")' in [cell.value for cell in cells]


def test_the_history_shows_before_and_after(city_admin, log_in, areas):
    browser = log_in(city_admin)
    browser.post(url("area", "change", "379921001"), {"name": "城东街道"})
    page = browser.get(url("area", "history", "379921001")).content.decode()
    assert "城关街道 → 城东街道" in page
    assert city_admin.name in page


def test_unknown_addresses_are_404(city_admin, log_in):
    browser = log_in(city_admin)
    assert browser.get("/admin/nothing/").status_code == 404
    assert browser.get("/admin/auth/group/").status_code == 404
    assert browser.get("/admin/r/1/1/").status_code == 404


def test_the_audit_log_is_read_only_even_for_a_superuser(log_in, areas):
    boss = User.objects.create_superuser("boss")
    record = services.audit(actor=boss, action="change", area_code="3799")
    browser = log_in(boss)
    assert browser.get(url("auditrecord", "change", record.pk)).status_code == 200
    assert (
        browser.post(url("auditrecord", "change", record.pk), {"actor_name": "x"}).status_code
        == 403
    )
    assert browser.get(url("auditrecord", "add")).status_code == 403
    assert browser.post(url("auditrecord", "delete", record.pk), {"post": "yes"}).status_code == 403
