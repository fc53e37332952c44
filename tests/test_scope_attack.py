"""Somebody from another county tries every address with our ids, our filters and forged forms."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import User
from tests import foreign_parts
from tests.foreign import CANARIES, FOREIGN, FOREIGN_TOWN, LICENCE, WORD, text_of
from tests.personas import COUNTY
from tests.strangers import STRANGERS, client_of, held

pytestmark = pytest.mark.django_db
UNKNOWN = 987654321
# Which object an address names.
BY_PREFIX = [
    ("entities:entity-", "entity"),
    ("entities:screening-", "proposal"),
    ("entities:sample-decide", "drawn"),
    ("entities:sample-detail", "draw"),
    ("entities:transfer-", "transfer"),
    ("entities:upload-", "upload"),
    ("api:entity-", "entity"),
    ("api:ledger-upload-", "upload"),
    ("api-key-revoke", "token"),
    ("reports:area-", "town"),
    ("reports:trend-export", "county"),
    ("api:area-", "county"),
    ("admin:jurisdiction_areaalias_", "alias"),
    ("admin:jurisdiction_area_", "town"),
    ("admin:jurisdiction_station_", "station"),
    ("admin:jurisdiction_user_", "clerk"),
    ("admin:jurisdiction_auditrecord_", "record"),
    ("admin:entities_entity_", "entity"),
    ("admin:entities_ledgerupload_", "upload"),
    ("admin:entities_proposal_", "drawn"),
    ("admin:entities_sampledraw_", "draw"),
    ("admin:entities_transfer_", "transfer"),
    ("admin:entities_columnchoice_", "choice"),
    *foreign_parts.PREFIXES,
]
# Objects that belong to no county: the whole city reads them.
COMMON = (
    "entities:grading-standard-", "reports:daily-report-", "reports:indicator-", "api:daily-report-", "admin:app_list",
    "responsibility:list-",
    "admin:entities_category_", "admin:entities_businessform_", "admin:entities_gradingstandard_",
    "admin:entities_workerpulse_", "admin:reports_dailyreport_", "admin:<path", "admin:(?P<url>",
    *foreign_parts.COMMON,
)  # fmt: skip
QUERIES = (
    f"area={FOREIGN}", f"area={FOREIGN_TOWN}&view=obliged&grade=C&q={WORD}&format=csv", f"q={LICENCE}",
    f"q={WORD}干部&view=doubtful", f"after=379981~0&parent={FOREIGN}&tab=sampling",
    f"county__code__exact={FOREIGN}&tab=approved&state=review",
)  # fmt: skip
SUITED = ("entity-list", "entity-export", "screening-list", "upload-list", "area-list", "progress",
          "ledger-upload-list", "changelist", "todo", "dashboard", "autocomplete",
          *foreign_parts.SUITED)  # fmt: skip


def addresses(resolver=None, namespace=""):
    """(name, has arguments) of every URL."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner)
        elif isinstance(entry, URLPattern):
            name = namespace + (entry.name or str(entry.pattern))
            yield name, bool(entry.pattern.converters or entry.pattern.regex.groups)


ADDRESSES = sorted(set(addresses()))


def key_in(name, world):
    """The key of the object of `world` that the address `name` is about; None where it names none."""
    for prefix, kind in BY_PREFIX:
        if name.startswith(prefix):
            found = getattr(world, kind)
            return found if isinstance(found, str) else found.pk
    assert name.startswith(COMMON), f"{name}: say in BY_PREFIX which object it is about"
    return None


# What an address names beside the object.
BESIDE = {"inspections:problem-move": ("claim",)}


def address_of(url, key=None):
    """The address of a URL name, about the object with this key if it is about one."""
    return reverse(url, args=[] if key is None else [key, *BESIDE.get(url, ())])


def seen(response, about):
    """The canaries in an answer, and 5xx, as complaints."""
    text = text_of(response)
    # What the asker typed himself stands in his own page's fields.
    found = [canary for canary in CANARIES if canary in text]
    if response.status_code >= 500:
        found.append(str(response.status_code))
    return [f"{about}: {response.status_code} {found}"] if found else []


@pytest.mark.parametrize("name", STRANGERS)
def test_no_address_shows_a_foreign_object(name, world):
    client, wrong = client_of(world, name), []
    for url, has_key in ADDRESSES:
        if not has_key:
            continue
        key = key_in(url, world)
        if key is None:
            continue
        cache.clear()
        foreign = client.get(address_of(url, key))
        about = f"GET {url}"
        wrong += seen(foreign, about)
        unknown_key = "999999" if isinstance(key, str) else UNKNOWN
        unknown = client.get(address_of(url, unknown_key))
        if foreign.status_code != unknown.status_code or foreign.status_code == 200:
            wrong.append(f"{about}: {foreign.status_code}, unknown {unknown.status_code}")
        elif alike(foreign, key) != alike(unknown, unknown_key):
            wrong.append(f"{about}: foreign and unknown differ")
    assert not wrong, "\n".join(wrong)


def alike(response, key):
    """An answer without what differs from request to request."""
    text = text_of(response).replace(f"/{key}", "/#")
    text = re.sub(r'csrfmiddlewaretoken" value="\w+|X-CSRFToken": "\w+|\d{4}-[0-9A-F]{6}', "", text)
    return re.sub(r"Content-Length: \d+|Content-Security-Policy: .*?(?= \w+:)", "", text)


@pytest.mark.parametrize("name", ["county_officer", "station_officer", "county_admin"])
def test_no_list_search_filter_or_export_shows_a_foreign_row(name, world):
    client, wrong = client_of(world, name), []
    for url, has_key in ADDRESSES:
        if has_key or url in ("logout", "admin:logout"):
            continue
        queries = QUERIES if any(word in url for word in SUITED) else ()
        for query in ("", *queries):
            cache.clear()
            response = client.get(f"{reverse(url)}?{query}")
            typed = [canary for canary in CANARIES if canary in query]
            text = text_of(response)
            for word in typed:
                text = (
                    text.replace(word, "")
                    if not re.search(f"{word}(酒楼|街|人|关门)", text)
                    else text
                )
            found = [canary for canary in CANARIES if canary in text]
            if found or response.status_code >= 500:
                wrong.append(f"{url}?{query}: {response.status_code} {found}")
    assert not wrong, "\n".join(wrong)


def forged(world):
    """Every field that a form of the product knows, pointed at the foreign county."""
    entity = world.entity.pk
    return {
        "pk": [entity, world.proposal.pk, world.drawn.pk], "_selected_action": [entity],
        "every": "1", "confirmed": "1", "select_across": "1", "confirm": "1", "sure": "1",
        "act": "approve", "action": "set_grade", "grade": "A", "reason": "试", "note": "试",
        "status_to": "closed", "status": "cancelled", "area": FOREIGN, "area_id": FOREIGN_TOWN,
        "revision": 1, "name": "改名", "id": entity, "entity": entity, "is_superuser": "1",
        "is_staff": "1", "is_active": "", "role": roles.CITY_ADMIN, "groups": "1", "level": "city",
        "county": FOREIGN, "areas": FOREIGN_TOWN, "label": "钥匙", "big": "1", "mode": "full",
        "row-4": "renew", "heading": f"{WORD}杂项", "field": "name", "remember": "1",
        "into": FOREIGN_TOWN, "percent": "100", "seed": "1", "kind": "grade", "post": "yes",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["county_officer", "station_officer", "two_counties", "county_admin", "anonymous"]
)
def test_no_forged_form_changes_a_foreign_row(name, world):
    client, wrong = client_of(world, name), []
    before, form = held(world), forged(world)
    for url, has_key in ADDRESSES:
        key = key_in(url, world) if has_key else None
        if (has_key and key is None) or "logout" in url or url == "password_change":
            continue
        address = address_of(url, key)
        for query in ("", f"?area={FOREIGN}&view=obliged&tab=proposed")[: 2 - has_key]:
            cache.clear()
            response = client.post(address + query, form)
            wrong += seen(response, f"POST {url}{query}")
            if has_key and response.status_code not in (302, 401, 403, 404, 405, 415):
                wrong.append(f"POST {url}: {response.status_code}")
    patched = client.patch(
        reverse("api:entity-detail", args=[world.entity.pk]), {"revision": 1, "name": "改"},
        content_type="application/json",
    )  # fmt: skip
    assert patched.status_code in (401, 403, 404)
    assert not wrong, "\n".join(wrong)
    after = held(world)
    assert {key: row for key, row in after.items() if row != before[key]} == {}


def test_extra_fields_of_a_form_or_of_the_api_change_nothing(world):
    """Mass assignment: fields that no form offers are not looked at."""
    clerk, mine = client_of(world, "county_officer"), world.ours.entity
    mine.refresh_from_db()
    extra = {
        "status": "cancelled", "grade": "A", "grade_source": "rule", "suggested_grade": "D",
        "area": FOREIGN_TOWN, "doubts": [], "created_at": "2000-01-01T00:00:00Z", "id": 1,
    }  # fmt: skip
    told = clerk.patch(
        reverse("api:entity-detail", args=[mine.pk]),
        {"revision": mine.revision, "supervisor": "新人", **extra},
        content_type="application/json",
    )
    assert told.status_code == 400  # the area is a field, and a foreign one is refused
    del extra["area"]
    told = clerk.patch(
        reverse("api:entity-detail", args=[mine.pk]),
        {"revision": mine.revision, "supervisor": "新人", "note": "改", **extra},
        content_type="application/json",
    )
    assert told.status_code == 200, told.content.decode()
    kept = ("status", "grade", "grade_source", "grade_reason", "area_id", "created_at")
    now = Entity.objects.get(pk=mine.pk)
    assert [getattr(now, name) for name in kept] == [getattr(mine, name) for name in kept]
    assert (now.supervisor, now.pk, now.revision) == ("新人", mine.pk, mine.revision + 1)


def test_own_account_cannot_be_raised(world):
    clerk = client_of(world, "county_officer")
    me = world.people["county_officer"]
    before = User.objects.filter(pk=me.pk).values().get()
    for url in ("account", "api-key-create", "session-prolong", "text-size", "todo"):
        clerk.post(reverse(url), forged(world))
    after = User.objects.filter(pk=me.pk).values().get()
    assert before | {"is_big_type": True} == after
    assert list(me.groups.values_list("name", flat=True)) == [roles.COUNTY_OFFICER]


def test_a_county_s_administrator_makes_nobody_of_the_city(world):
    """区划, role and station of an account stay inside what its administrator has himself."""
    admin = client_of(world, "county_admin")
    base = {"name": "新", "post": "", "phone": "", "must_change_password": "on"}
    cases = [
        {"role": roles.COUNTY_OFFICER, "area": "3799"},
        {"role": roles.COUNTY_OFFICER, "area": FOREIGN},
        {"role": roles.STATION_OFFICER, "station": world.station.pk},
        {"role": roles.SUPERVISION, "counties": [FOREIGN]},
        {"role": roles.CITY_ADMIN, "area": COUNTY},
        {"role": roles.AUDITOR, "area": COUNTY},
    ]
    count = User.objects.count()
    for number, case in enumerate(cases):
        form = base | case | {"username": f"new{number}"}
        response = admin.post(reverse("admin:jurisdiction_user_add"), form)
        assert (response.status_code, User.objects.count()) == (200, count), case


def test_no_get_changes_data(world, city_admin):
    """Crawl everything as the one who may most: only the log of looks and exports grows."""
    client = Client(raise_request_exception=False)
    client.force_login(city_admin)
    world.county = world.ours.county
    before = stored()
    for url, has_key in ADDRESSES:
        key = key_in(url, world.ours) if has_key else None
        if has_key and key is None:
            continue
        cache.clear()
        response = client.get(address_of(url, key), forged(world))
        assert response.status_code < 500, url
        if response.streaming:
            response.getvalue()
    after = stored()
    changed = {table for table in before if before[table] != after[table]}
    # A browser test's worker may still beat in this process: that is no answer to a GET.
    assert changed - {"entities_workerpulse"} <= {"jurisdiction_auditrecord", "django_session"}


def stored():
    """A digest of each table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        parts = " UNION ALL ".join(
            f"SELECT '{name}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{name}\" t"
            for name in tables
        )
        cursor.execute(parts)
        return dict(cursor.fetchall())


# --- addresses that nobody wrote in good faith ------------------------------------------------------

NASTY = ("\ud800~1", "9" * 5000)
PARAMETERS = ("after", "before", "page", "area", "q", "view", "grade", "category", "expiry", "sort",
              "tab", "kind", "state", "show", "field", "size", "format", "old", "new", "code", "try",
              "limit", "next", "o", "p", "e", "parent", "level", "again", "depth")  # fmt: skip


@pytest.mark.parametrize(("name", "door"), [("county_officer", "admin:"), ("city_admin", "admin:")])
def test_tampered_parameters_are_never_an_error_of_ours(name, door, request, world):
    """A clerk at the pages and the API, an administrator at the administration."""
    person = world.people.get(name) or request.getfixturevalue(name)
    client, wrong = Client(raise_request_exception=False), []
    client.force_login(person)
    for url, has_key in ADDRESSES:
        key = key_in(url, world.ours) if has_key else None
        is_here = url.startswith(door) == (name == "city_admin")
        if (has_key and key is None) or "logout" in url or not is_here:
            continue
        address = address_of(url, key)
        for value in NASTY:
            cache.clear()
            sent = dict.fromkeys(PARAMETERS, value.encode("utf-8", "surrogatepass"))
            response = client.get(address, sent)
            if response.streaming:
                response.getvalue()
            if response.status_code >= 500:
                wrong.append(f"{url} {value[:20]!r}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_numbers_without_end_in_a_form_are_no_error_of_ours(world):
    clerk, number = client_of(world, "county_officer"), "9" * 5000
    upload = [world.ours.upload.pk]
    for url, args, sent in (
        ("entities:entity-bulk-grade", [], {"pk": number, "confirmed": "1", "grade": "A", "reason": "x"}),
        ("entities:entity-bulk-screen", [], {"pk": number}),
        ("entities:screening-bulk", [], {"pk": number, "act": "approve"}),
        ("entities:upload-renewals", upload, {f"row-{number}": "new"}),
        ("entities:entity-update", [world.ours.entity.pk], {"revision": number}),
    ):  # fmt: skip
        assert clerk.post(reverse(url, args=args), sent).status_code < 500, url
