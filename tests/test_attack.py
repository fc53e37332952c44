"""Hostile names, hostile addresses, what each answer must carry, and what the log must hold."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from entities.ledger.export import write_register
from entities.models import Entity, LedgerFinding, LedgerRow, Proposal
from jiamusi_foodsafety.jurisdiction.models import User
from tests.factories import PASSWORD, EntityFactory
from tests.foreign import cells_of, text_of
from tests.test_scope_attack import ADDRESSES, address_of, key_in

pytestmark = pytest.mark.django_db

# Each would make an element <xss…>, an attribute onxss… or a javascript: address where it is not escaped.
HOSTILE = (
    "<xss>", "<xss onxss=1>", '"><xss>', "'><xss>", '" onxss="1', "' onxss='1", "`onxss=`1", "</script><xss>",
    "</textarea><xss>", "</title><xss>", "--><xss>", "]]><xss>", "<svg/onxss=1>", "javascript:onxss(1)",
    "{{ xss }}{% xss %}", "&lt;xss&gt;<xss>", "<img src=x onxss=1>", "<a href=javascript:xss>",
)  # fmt: skip
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c calc'!A0")


class Page(HTMLParser):
    """Complaints about a page: what a hostile text has made, and what the policy forbids."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag.startswith("xss") or tag == "style":
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "src", "action", "formaction") and re.match(
                r"\s*(javascript|data|vbscript):", value or "", re.I
            ):
                self.found.append(f"<{tag} {name}={value!r}>")
        is_data = values.get("type") in ("application/json", "text/template")
        if tag == "script" and not values.get("src") and not is_data:
            self.found.append("<script> without src")


def complaints(response):
    if "text/html" not in response.headers.get("Content-Type", "") or response.streaming:
        return []
    page = Page()
    page.feed(response.content.decode())
    return page.found


def pages(client, world, besides=("logout",)):
    """Every answer to a GET of a person who may open everything."""
    for url, has_key in ADDRESSES:
        key = key_in(url, world) if has_key else None
        if (has_key and key is None) or any(word in url for word in besides):
            continue
        cache.clear()
        response = client.get(address_of(url, key))
        if response.streaming:
            response.getvalue()
        yield url, response


def test_every_answer_carries_the_policy_and_the_other_headers(home, boss, areas):
    wrong = []
    for url, response in pages(boss, home):
        policy = response.headers.get("Content-Security-Policy", "")
        if "default-src 'self'" not in policy or "unsafe" in policy:
            wrong.append(f"{url}: {policy!r}")
        for name, value in (("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
                            ("Referrer-Policy", "same-origin")):  # fmt: skip
            if response.headers.get(name) != value:
                wrong.append(f"{url}: {name} {response.headers.get(name)}")
    assert not wrong, "\n".join(wrong)
    for address in ("/static/js/shell.js", "/nowhere", "/static/nothing.js", "/login/", "/a%00b"):
        response = Client().get(address)
        if response.streaming:
            response.close()
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert (
        "default-src"
        in Client().get("/", HTTP_HOST="evil.example").headers["Content-Security-Policy"]
    )


def test_over_https_transport_and_cookies_are_strict(settings, county_officer):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    plain = Client().get("/login/")
    assert (plain.status_code, plain.url) == (301, "https://testserver/login/")
    assert "default-src" in plain.headers["Content-Security-Policy"]
    client = Client()
    client.get("/login/", secure=True)
    response = client.post(
        "/login/", {"username": "county_officer", "password": PASSWORD}, secure=True
    )
    assert "max-age=31536000" in response.headers["Strict-Transport-Security"]
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


def test_no_page_has_inline_script_or_style_and_hostile_names_stay_text(home, boss, areas):
    """Every text of every record is hostile; no page makes an element of it."""
    # A short text gets half of them a round.
    for number, word in enumerate(("".join(HOSTILE), "".join(HOSTILE[::-1]))):
        _poison(home, word, number)
        wrong, shown = [], 0
        for url, page in pages(boss, home):
            shown += "xss" in ("" if page.streaming else page.content.decode("utf-8", "replace"))
            wrong += [f"{url}: {found}" for found in complaints(page)]
        assert shown > 20, "the poison does not reach the pages"
        wrong += [
            f"{address}: {found}"
            for address in _more_pages(home)
            if (found := complaints(boss.get(address)))
        ]
        assert not wrong, "\n".join(wrong)


def _poison(home, word, number):
    texts = ("name", "address", "legal_person", "note", "grade_reason", "supervisor", "cadre_name",
             "cadre_post", "form", "area_text", "station_text", "surveyed_by", "safety_director")  # fmt: skip
    rows = Entity.objects.filter(pk=home.entity.pk)
    rows.update(**dict.fromkeys(texts, word[:60]) | {"name": word[:100]})
    Proposal.objects.filter(entity=home.entity).update(
        reason=word[:300],
        evidence_name=word[:190],
        decision_note=word[:300],
        sample_note=word[:300],
    )
    upload = home.upload
    upload.filename, upload.message = word[:120], word
    upload.columns, upload.headers = {"name": word}, {word[:31]: [word]}
    upload.sheets = [{"name": word, "rows": 1, "note": word, "skipped": [{"why": word}]}]
    upload.unmatched = upload.unsure = [{"heading": word, "why": word, "samples": [word]}]
    upload.notices = [word]
    upload.save()
    LedgerRow.objects.filter(upload=upload).update(
        name=word, sheet=word[:60], area_text=word, diff={"name": [word, word]}, address=word
    )
    LedgerFinding.objects.filter(upload=upload).update(
        sheet=word[:60], column=word, value=word, message=word
    )
    User.objects.filter(pk=home.clerk.pk).update(name=word[:40], post=word[:60])
    type(home.station).objects.filter(pk=home.station.pk).update(name=word[:59] + str(number))
    home.entity.area.__class__.objects.filter(pk="379921001").update(name=word[:60])
    home.choice.__class__.objects.filter(pk=home.choice.pk).update(heading=word[:100])
    home.alias.__class__.objects.filter(pk=home.alias.pk).update(name=word[:60])


def _more_pages(home):
    upload = reverse("entities:upload-detail", args=[home.upload.pk])
    entity = reverse("entities:entity-list")
    yield from (f"{upload}?show={show}" for show in
                ("new", "changed", "unchanged", "findings", "missing", "renewals", "columns"))  # fmt: skip
    yield f"{entity}?q=%22%3E%3Cxss%3E&area=%22%3E%3Cxss&view=obliged&grade=%3Cxss%3E"
    yield f"{entity}?sort=%22%3E%3Cxss&after=%22%3E%3Cxss~1&page=2"
    yield reverse("entities:screening-list") + "?tab=approved"
    yield reverse("entities:screening-detail", args=[home.drawn.pk])
    yield reverse("login") + "?next=%22%3E%3Cxss%3E"
    yield "/nowhere/%22%3E%3Cxss%3E"
    yield reverse("reports:area-dashboard", args=["379921"])


def test_exports_hold_no_formula(home, boss):
    """Texts that begin like a formula are texts in every workbook, and guarded in every csv."""
    for number, formula in enumerate(FORMULAS):
        EntityFactory(
            area_id="379921001", name=formula, address=formula, legal_person=formula, note=formula,
            cadre_name=formula, licence_no=f"JY237992100{number:05d}",
        )  # fmt: skip
    LedgerFinding.objects.filter(upload=home.upload).update(
        column="=1+1", message="=1+1", index=3, sheet="表"
    )
    LedgerRow.objects.filter(upload=home.upload, index=3).update(raw=["=1+1"], sheet="表")
    home.upload.headers = {"表": ["=1+1"]}
    home.upload.save()
    books = [
        boss.get(reverse("entities:entity-export")),
        boss.get(reverse("entities:upload-error-book", args=[home.upload.pk])),
        boss.get(reverse("entities:upload-template")),
        boss.get(reverse("reports:area-export", args=["379921"])),
        boss.get(reverse("reports:trend-export", args=["379921"])),
    ]
    for book in books:
        cells = [cell for cell in cells_of(book) if cell.value is not None]
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        assert "attachment" in book.headers["Content-Disposition"]
    words = {cell.value for cell in cells_of(boss.get(reverse("entities:entity-export")))}
    assert {"=1+1", "+1", "-1", "@SUM(A1)"} <= words
    target = io.BytesIO()
    write_register(Entity.objects.all(), user=None, target=target, format="csv")
    fields = [
        field
        for row in csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig")))
        for field in row
    ]
    assert "'=1+1" in fields
    assert not [
        field for field in fields if field[:1] in tuple("=+@\t\r") or re.match(r"-\D|-1$", field)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd", "..\\..\\boot.ini", "a\x00b.xlsx", "a\r\nSet-Cookie: x=1.xlsx",
        "\u202exslx.exe", "x" * 5000 + ".xlsx", "台账；\".xlsx", "=cmd|'/c'!A0.xlsx", ".", "",
    ],
)  # fmt: skip
def test_hostile_file_names_are_harmless(name, home, county_officer, log_in):
    client = log_in(county_officer)
    client.raise_request_exception = False
    file = SimpleUploadedFile("a.csv", b"a,b\n1,2\n")
    file.__dict__["_name"] = name  # Django's own setter would already take the path away
    response = client.post(reverse("entities:upload-create"), {"file": file, "area": "379921"})
    assert response.status_code in (302, 400)
    newest = county_officer.uploads.order_by("-pk").first()
    if newest is None:
        return
    assert not re.search(r"[\x00-\x1f\u202e/\\]", newest.filename)
    assert len(newest.filename) <= 130
    told = client.get(reverse("entities:upload-file", args=[newest.pk]))
    told.getvalue()
    line = told.headers["Content-Disposition"]
    assert line.startswith("attachment")
    assert line.isascii()
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert newest.file.name.startswith("ledgers/")


def test_evidence_goes_out_as_an_attachment_whatever_it_is(home, county_officer, log_in):
    home.proposal.evidence_name = 'a"\r\n<xss>.html'
    home.proposal.evidence.save("x", ContentFile(b"<script>alert(1)</script>"))
    told = log_in(county_officer).get(
        reverse("entities:screening-evidence", args=[home.proposal.pk])
    )
    told.getvalue()
    assert told.headers["Content-Type"] == "application/octet-stream"
    assert told.headers["Content-Disposition"].startswith("attachment")
    assert told.headers["X-Content-Type-Options"] == "nosniff"


def test_whole_numbers_are_seen_only_by_those_who_need_them(home, areas, log_in, request):
    """Neither in a field, nor in a remark, nor in a finding, a history, an export, the API."""
    number = "13812345678"
    home.entity.refresh_from_db()
    Entity.objects.filter(pk=home.entity.pk).update(note=f"另有{number}、0454-8622333")
    LedgerRow.objects.filter(upload=home.upload, index=2).update(
        diff={"note": [f"旧 {number}", f"新 {number}"], "phone": [number, number]}
    )
    for name in ("city_officer", "leader"):
        wrong = [
            url
            for url, response in pages(
                log_in(request.getfixturevalue(name)), home, besides=("logout", "admin:")
            )
            if number in text_of_read(response) or "8622333" in text_of_read(response)
            # the sender's own workbook leaves as it came; that is recorded
            if url not in ("entities:upload-file", "entities:upload-error-book")
        ]
        assert not wrong, (name, wrong)


def text_of_read(response):
    return "" if response.streaming else text_of(response)


def test_an_export_masks_the_numbers_in_remarks(home, city_officer, log_in):
    Entity.objects.filter(pk=home.entity.pk).update(note="另有13812345678")
    told = text_of(log_in(city_officer).get(reverse("entities:entity-export") + "?format=csv"))
    assert "13812345678" not in told
    assert "另有138****5678" in told


def test_a_remark_that_was_shown_masked_is_saved_whole(home, city_officer, log_in):
    """Who sees a masked number and adds a word does not destroy the number."""
    Entity.objects.filter(pk=home.entity.pk).update(
        note="另有13812345678", credit_code="", legal_person="李四", licence_no="JY12399210000013"
    )
    client = log_in(city_officer)
    address = reverse("entities:entity-update", args=[home.entity.pk])
    page = client.get(address)
    assert "13812345678" not in page.content.decode()
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None}
    entity = Entity.objects.get(pk=home.entity.pk)
    data |= {
        "note": data["note"] + "，老板",
        "revision": entity.revision,
        "credit_code": "92230811MA1BBBBB1X",
    }
    response = client.post(address, data)
    entity.refresh_from_db()
    if response.status_code == 200:
        assert "note" not in response.context["form"].errors
        assert response.context["form"].cleaned_data["note"] == "另有13812345678，老板"
    else:
        assert entity.note == "另有13812345678，老板"
