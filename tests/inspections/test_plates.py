"""公示牌, its public page, and the filled list of a visit."""

import io
import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from inspections.models import PlateText, PublicPlate, Visit
from inspections.queries.plates import to_print
from inspections.services.plates import PlateError, plate_redraw, plates_draw, plates_ensure
from inspections.services.seeds_plates import load
from tests.factories import EntityFactory
from tests.inspections.makers_phone import make_phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def bonds(areas, cadre):
    return make_phone(areas=areas, user=cadre)


@pytest.fixture
def shop(bonds):
    return next(iter(bonds.values())).entity


def public(shop):
    plate = plates_ensure(ids=[shop.pk], actor=None)[shop.pk]
    return reverse("inspections:public-plate", args=[plate.token])


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def test_a_plate_s_code_is_drawn_once_and_cannot_be_guessed(bonds):
    ids = [bond.entity_id for bond in bonds.values()]
    first = plates_ensure(ids=ids, actor=None)
    again = plates_ensure(ids=ids, actor=None)
    assert {pk: plate.token for pk, plate in first.items()} == {
        pk: plate.token for pk, plate in again.items()
    }
    tokens = {plate.token for plate in first.values()}
    assert len(tokens) == len(ids)
    assert all(re.fullmatch(r"[\w-]{22}", token) for token in tokens)


def test_codes_for_many_cost_three_statements(bonds, django_assert_num_queries, areas):
    ids = [EntityFactory(area_id="379921001").pk for _ in range(12)]
    with django_assert_num_queries(3 + 2):  # and the transaction's savepoint
        plates_ensure(ids=ids, actor=None)


def test_the_public_page_shows_what_may_be_public_and_nothing_else(shop, bonds, cadre):
    cadre = bonds[shop.name].cadre
    client = Client()
    response = client.get(public(shop))
    text = response.content.decode()
    assert response.status_code == 200
    for words in (shop.name, shop.licence_no, cadre.name, cadre.post, "D 级", "12315"):
        assert words in text
    assert "不表示食品安全状况好坏" in text
    for hidden in (shop.phone, cadre.phone, shop.legal_person, "13804"):
        assert hidden not in text
    assert response.cookies == {}
    assert client.cookies == {}
    assert "max-age=60" in response.headers["Cache-Control"]
    assert "public" in response.headers["Cache-Control"]
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_the_clock_draws_what_is_missing_and_nothing_twice(bonds):
    EntityFactory(area_id="379921001", status="cancelled")
    assert plates_draw() == 3
    assert plates_draw() == 0
    assert PublicPlate.objects.count() == 3


def test_unknown_replaced_and_withdrawn_look_alike(shop, county_officer):
    address = public(shop)
    client = Client()
    unknown = client.get(reverse("inspections:public-plate", args=["x" * 22]))
    plate_redraw(entity=shop, actor=county_officer, reason="遗失", at=timezone.now())
    replaced = client.get(address)
    fresh = public(shop)
    assert client.get(fresh).status_code == 200
    type(shop).objects.filter(pk=shop.pk).update(status="cancelled")
    withdrawn = client.get(fresh)
    pages = [
        re.sub(r'value="[^"]{64}"', "", page.content.decode())
        for page in (unknown, replaced, withdrawn)
    ]
    assert [page.status_code for page in (unknown, replaced, withdrawn)] == [404, 404, 404]
    assert len(set(pages)) == 1
    assert unknown.cookies == {}


def test_a_code_is_replaced_with_a_reason_and_its_history(shop, county_officer):
    with pytest.raises(PlateError, match="还没有打印过"):
        plate_redraw(entity=shop, actor=county_officer, reason="遗失", at=timezone.now())
    old = plates_ensure(ids=[shop.pk], actor=county_officer)[shop.pk]
    with pytest.raises(PlateError, match="原因"):
        plate_redraw(entity=shop, actor=county_officer, reason=" ", at=timezone.now())
    new = plate_redraw(entity=shop, actor=county_officer, reason="遗失", at=timezone.now())
    assert new.token != old.token
    rows = PublicPlate.objects.filter(entity=shop).order_by("pk")
    assert [bool(row.revoked_at) for row in rows] == [True, False]
    assert rows[0].revoke_reason == "遗失"


def test_the_page_is_limited_by_address_and_guesses_sooner(shop):
    client = Client()
    guesses = [
        client.get(reverse("inspections:public-plate", args=[f"{n:022d}"])).status_code
        for n in range(12)
    ]
    assert guesses[:10] == [404] * 10
    last = client.get(public(shop))
    assert (guesses[-1], last.status_code) == (429, 429)
    assert int(last.headers["Retry-After"]) > 0
    cache.clear()
    seen = [client.get(public(shop)).status_code for _ in range(62)]
    assert (seen[59], seen[60]) == (200, 429)


def test_the_words_are_the_nearest_area_s(shop, areas):
    load(on=timezone.localdate())
    assert PlateText.objects.filter(area=None).count() == 1
    with pytest.raises(ValidationError, match="已有一条"):
        PlateText(area=None).full_clean()
    PlateText.objects.create(area=areas["379921"], complain="拨打县局电话", is_example=False)
    text = Client().get(public(shop)).content.decode()
    assert "拨打县局电话" in text
    assert "示例，可修改" not in text


def pages_of(body):
    return [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]


def test_plates_of_a_cadre_come_in_one_file_a_page_each(bonds, cadre, log_in):
    client = log_in(cadre)
    listed = client.get(reverse("inspections:plate-list") + "?mine=1")
    assert "共 3 家" in listed.content.decode()
    bundle = reverse("inspections:plate-bundle") + "?mine=1&part=1"
    assert client.get(bundle).status_code == 302  # no codes yet: a look makes none
    assert PublicPlate.objects.count() == 0
    client.post(reverse("inspections:plate-make-all") + "?mine=1")
    response = client.get(bundle)
    assert response.headers["Content-Type"] == "application/pdf"
    pages = pages_of(response.content)
    assert len(pages) == 3
    for name, bond in bonds.items():
        page = next(page for page in pages if name in page)
        assert "食品安全包保公示牌" in page
        assert bond.cadre.name in page.replace(" ", "")
        assert bond.cadre.phone not in page
    assert PublicPlate.objects.count() == 3


def test_who_sees_no_business_prints_none(shop, outsider, county_officer, log_in):
    address = reverse("inspections:plate", args=[shop.pk])
    assert log_in(outsider).get(address).status_code == 404
    clerk = log_in(county_officer)
    assert "还没有公示编码" in clerk.get(address).content.decode()
    made = clerk.post(reverse("inspections:plate-make", args=[shop.pk]), follow=True)
    assert made.headers["Content-Type"] == "application/pdf"
    assert list(to_print(user=outsider, area="379921")) == []


@pytest.fixture
def visit(shop, bonds, cadre):
    from inspections.models import Checklist

    checklist = Checklist.objects.get(level="village", state="issued")
    codes = list(checklist.items.order_by("order").values_list("code", flat=True))
    at = timezone.now()
    bond = bonds[shop.name]
    return Visit.objects.create(
        key="a" * 32, entity=shop, area_id=shop.area_id, cadre=bond.cadre, level="village",
        grade="D", checklist=checklist, answers=dict.fromkeys(codes, "yes") | {codes[3]: "no"},
        checked=16, wrong=1, visited_on=timezone.localdate(), started_at=at, finished_at=at,
        contact="孙老板", note="门口\x07堆放杂物", made_by=cadre,
    )  # fmt: skip


def test_the_filled_list_says_the_same_in_word_and_pdf(visit, cadre, log_in):
    client = log_in(cadre)
    plates_ensure(ids=[visit.entity_id], actor=None)
    pdf = client.get(reverse("inspections:visit-pdf", args=[visit.pk]))
    docx = client.get(reverse("inspections:visit-docx", args=[visit.pk]))
    printed = re.sub(r"\s", "", "".join(pages_of(pdf.content)))
    word = Document(io.BytesIO(docx.content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    written = re.sub(r"\s", "", "".join([*(p.text for p in word.paragraphs), *cells]))
    items = visit.checklist.items.order_by("order").values_list("text", flat=True)
    for told in (
        visit.entity.name, visit.entity.licence_no, visit.cadre.name, "现场督导", "孙老板", "堆放杂物",
        "包保干部（签字）", "主体负责人（签字）", "主体留存一份", "共查16项，1项不落实", "扫码核对", *items,
    ):  # fmt: skip
        words = re.sub(r"\s", "", told)
        assert words in printed, words
        assert words in written, words
    assert len(word.inline_shapes) == 1  # the QR code


def test_another_county_prints_no_list(visit, outsider, log_in):
    address = reverse("inspections:visit-docx", args=[visit.pk])
    assert log_in(outsider).get(address).status_code == 404
