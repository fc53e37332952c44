"""Figures, dates, marks and bars as the pages write them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory

from jiamusi_foodsafety.kit.templatetags import ui

ROOT = Path(settings.BASE_DIR)


def draw(source, **context):
    return Template(source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("value", "shown"), [(27748, "27,748"), (0, "0"), (-1200, "−1,200"), (None, "—"), ("", "—")]
)
def test_thousands_are_separated_and_nothing_is_a_dash(value, shown):
    assert ui.thousands(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(186, "+186"), (-3, "−3"), (0, "0"), (None, "—")])
def test_signed_change_has_its_sign(value, shown):
    assert ui.signed(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("88.96"), "88.96%"),
        (Decimal("88.955"), "88.96%"),
        (Decimal("94.735"), "94.74%"),
        (0, "0.00%"),
        (100, "100.00%"),
        (None, "—"),
    ],
)
def test_rate_has_two_decimals_half_up(value, shown):
    assert ui.rate(value) == shown


def test_rate_of_the_city_and_of_nothing():
    assert ui.rate_of(27748, 31191) == "88.96%"
    assert ui.rate_of(27748, 29291) == "94.73%"
    assert ui.rate_of(0, 0) == "—"


@pytest.mark.parametrize(
    ("value", "word", "mark"),
    [
        (Decimal("95"), "达标", "circle-check"),
        (Decimal("94.99"), "推进中", "progress"),
        (Decimal("80"), "推进中", "progress"),
        (Decimal("79.99"), "滞后", "alert-octagon"),
    ],
)
def test_rate_badge_tells_by_word_and_shape(value, word, mark):
    html = ui.rate_badge(value)
    assert word in html
    assert f"#i-{mark}" in html


def test_figure_links_to_its_rows_but_zero_leads_nowhere():
    assert ui.figure(1543, "/entities/?grade=none") == (
        '<a class="figure" href="/entities/?grade=none">1,543</a>'
    )
    assert "href" not in ui.figure(0, "/entities/")
    assert ui.figure(12) == "12"


def test_dates_for_tables_and_for_prose():
    day = date(2022, 11, 2)
    assert ui.zh_date(day) == "2022-11-02"
    assert ui.zh_day(day) == "2022年11月2日"
    assert ui.zh_date(None) == ui.zh_day(None) == ui.zh_moment(None) == "—"


def test_moments_are_local_and_name_the_year_only_when_it_is_another():
    late = datetime(2022, 11, 1, 18, 30, tzinfo=UTC)
    assert ui.zh_moment(late) == "2022-11-02 02:30"
    assert ui.zh_as_of(late) == "2022年11月2日 02:30"
    this_year = datetime.now(UTC).replace(month=6, day=5, hour=1, minute=2)
    assert ui.zh_moment(this_year) == "06-05 09:02"


@pytest.mark.parametrize("grade", "ABCD")
def test_grade_is_a_letter_in_its_square(grade):
    html = ui.grade_badge(grade)
    assert f"grade-{grade.lower()}" in html
    assert f"</span>{grade}</span>" in html


@pytest.mark.parametrize("grade", ["", None, "E", "AB"])
def test_no_grade_is_pending(grade):
    assert "包保等级待定" in ui.grade_badge(grade)


@pytest.mark.parametrize(
    ("word", "mark", "tone"),
    [
        ("在营", "circle-check", "green"),
        ("停产停业", "circle-half-2", "amber"),
        ("待审筛除", "clock", "amber"),
        ("未报", "alert-octagon", "red"),
        ("已撤销", "arrow-back-up", "grey"),
    ],
)
def test_status_takes_its_shape_from_the_word(word, mark, tone):
    html = ui.status_badge(word)
    assert f"#i-{mark}" in html
    assert f"tone-{tone}" in html
    assert html.endswith(f"{word}</span>")


def test_status_escapes_and_takes_a_named_shape():
    html = ui.status_badge("<b>13 天", "overdue")
    assert "&lt;b&gt;13 天" in html
    assert "#i-clock-exclamation" in html


def test_whole_bar_fills_the_width_and_says_it_in_words():
    html = draw("{% whole_bar 27748 1543 1900 %}")
    widths = [Decimal(found) for found in re.findall(r'width="([\d.]+)%"', html)[1:]]
    assert abs(sum(widths) - 100) < Decimal("0.01")
    assert "已分级 27,748，待分级 1,543，已批准筛除 1,900，共 31,191" in html
    assert "style=" not in html


def test_whole_bar_of_an_empty_area_is_empty():
    html = draw("{% whole_bar 0 0 0 %}")
    assert 'width="0.000%"' in html


def test_progress_bar_never_leaves_its_track():
    assert 'width="59.915%"' in draw("{% progress_bar 2816 4700 %}")
    assert 'width="100.000%"' in draw("{% progress_bar 12 10 %}")
    assert 'width="0.000%"' in draw("{% progress_bar None None %}")


def test_chip_link_drops_one_value_and_the_cursor():
    request = RequestFactory().get("/?grade=C&grade=D&q=宏发&after=9")
    link = draw('{% querystring_without "grade" "C" %}', request=request)
    assert "grade=D" in link
    assert "grade=C" not in link
    assert "after" not in link
    assert "grade" not in draw('{% querystring_without "grade" "" %}', request=request)


class SampleForm(forms.Form):
    reason = forms.CharField(label="改动理由", min_length=5)
    kind = forms.ChoiceField(label="类别", choices=[("1", "食品销售")])
    agreed = forms.BooleanField(label="同意", required=False)


def test_field_shows_its_error_beside_it_and_keeps_what_was_typed():
    form = SampleForm({"reason": "好", "kind": "1"})
    html = draw('{% include "components/_form_field.html" with field=form.reason %}', form=form)
    assert 'value="好"' in html
    assert "is-invalid" in html
    assert 'id="id_reason_error"' in html
    assert "form-select" in ui.control(form["kind"])
    assert ui.is_checkbox(form["agreed"])
    assert not ui.is_checkbox(form["reason"])


def named_icons():
    pattern = re.compile(r"\{% icon \"([a-z0-9-]+)\"|icon_name=\"([a-z0-9-]+)\"")
    names = {mark for mark, tone in ui.SHAPES.values()}
    for path in (ROOT / "templates").rglob("*.html"):
        for found in pattern.findall(path.read_text("utf-8")):
            names.add(found[0] or found[1])
    return names


def test_every_icon_that_a_page_names_is_in_the_sprite():
    listed = set((ROOT / "static/brand/icons.txt").read_text("utf-8").split())
    assert named_icons() - listed == set()


def test_no_template_breaks_the_content_security_policy():
    forbidden = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:")
    broken = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if forbidden.search(path.read_text("utf-8"))
    ]
    assert broken == []
