"""Identifiers, dates, phones and grading: the shapes for certain, the check digits against stdnum."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from entities.rules import (
    GradingFacts,
    GradingRuleRow,
    credit_code_check,
    credit_code_problem,
    date_from_serial,
    grade_by_rules,
    is_permanent,
    is_small_business,
    licence_area,
    licence_check,
    looks_like_id_card,
    main_cadre,
    mask_id_cards,
    mask_phone,
    normalise_code,
    parse_date,
    read_licence,
    split_phones,
)
from jiamusi_foodsafety.kit.codes import ALPHABET

bodies = st.builds(
    "{}{}{}".format,
    st.text("19", min_size=2, max_size=2),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(ALPHABET, min_size=9, max_size=9),
)
digits13 = st.from_regex(r"[0-9]{13}", fullmatch=True)
days = st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31))
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(bodies)
def test_credit_code_check_is_that_of_stdnum(body):
    right = uscc.calc_check_digit(body)
    assert [c for c in ALPHABET if credit_code_check(body + c)] == [right]
    assert credit_code_problem(body + right) == ""


@pytest.mark.parametrize(
    "code",
    ["91350104315308392G", "914403001922038216", "9144030071526726XG", "91330100799655058B", "91350200776049653A", "11230225MB04777572", "92230803MA1B2C3D82", "91230822MA19KP5Q9D", "12230811414567891R", "52230805MJY123458R"],
)  # fmt: skip
def test_published_credit_codes_pass(code):
    assert credit_code_problem(code) == ""
    assert credit_code_check(code)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("9237992MA01000166", "17 位"), ("379921600123456", "旧注册号"), ("92379921MAO1000166", "O"),
        ("92A79921MA01000166", "第 3 至 8 位"), ("", "0 位"), ("东山县", "不是 18 位"), ("92379921MA0100016中", "不是 18 位"),
    ],
)  # fmt: skip
def test_wrong_shape_is_explained(code, word):
    assert word in credit_code_problem(code) or (code == "" and credit_code_problem(code))


@given(digits13)
def test_licence_check_digit_is_that_of_stdnum(body):
    right = mod_11_10.calc_check_digit(body)
    first = "1" + body[1:]
    good = first + mod_11_10.calc_check_digit(first)
    assert licence_check(f"JY{good}") == ""
    wrong = first + str((int(good[-1]) + 1) % 10)
    assert "校验码" in licence_check(f"JY{wrong}")
    assert mod_11_10.is_valid(body + right)


@pytest.mark.parametrize(
    "number",
    ["SC10811310111839", "SC12441112200063", "SC11464010500015", "SC10123018401210", "JY13301080111719", "JY13501040006708", "JY23506230105266", "JY12308030012345", "JY22308040005674", "JY12308330000125", "YB22308050000457", "SC10623088200070"],
)  # fmt: skip
def test_published_licence_numbers_pass(number):
    assert read_licence(number, small=False) == (number, number[:2], "")
    assert licence_check(number) == ""


@pytest.mark.parametrize("number", ["SC12442011202449", "JY11408020030619", "YB14401150078431"])
def test_numbers_in_force_that_fail_the_check_only_warn(number):
    assert read_licence(number, small=False).problem == ""
    assert licence_check(number)


def test_area_digits_stand_elsewhere_in_production_licences():
    assert licence_area("SC10623088200070") == "230882"
    assert licence_area("JY12308330000125") == "230833"
    assert "食品类别" in licence_check("SC19923088200071")


@given(st.text(max_size=40), st.booleans())
def test_read_licence_gives_a_number_or_a_problem(text, small):
    number, kind, problem = read_licence(text, small=small)
    assert bool(number) == bool(kind) == (not problem)
    if kind in {"JY", "SC", "YB"}:
        assert len(number) == 16
    again = read_licence(number, small=small) if number else None
    assert again is None or (again.number, again.kind) == (number, kind)


@given(st.text(max_size=40))
def test_normalised_code_stays_as_it_is(text):
    once = normalise_code(text)
    assert normalise_code(once) == once


@given(days, st.integers(0, 999))
def test_id_card_is_seen_and_masked(birthday, serial):
    body = f"230803{birthday:%Y%m%d}{serial:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    card = body + "10X98765432"[sum(w * int(c) for w, c in zip(weights, body, strict=True)) % 11]
    assert looks_like_id_card(card)
    assert card not in mask_id_cards(f"业主 {card}，在家")
    assert mask_id_cards(card) == card[:6] + "********" + card[14:]


@pytest.mark.parametrize(
    "code", ["914403001922038216", "230803999999999999", "92230803MA1B2C3D82", "99010119900307001X"]
)
def test_other_codes_are_no_id_cards(code):
    assert not looks_like_id_card(code)
    assert mask_id_cards(code) == code


def test_spaces_do_not_hide_an_id_card():
    assert mask_id_cards("110101 19900307 001X") == "110101********001X"


@pytest.mark.parametrize(
    ("category", "form", "small"),
    [
        ("workshop", None, True),
        ("sale", "小食杂店", True),
        ("sale", "超市", False),
        ("", None, False),
    ],
)
def test_small_businesses(category, form, small):
    assert is_small_business(category, form) is small


@given(days)
def test_date_is_read_in_every_usual_form(day):
    forms = [
        day.isoformat(), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}", f"{day} 00:00:00", f"{day}T00:00:00", f" {day.year} 年{day.month} 月 {day.day}日",
        str((day - dt.date(1899, 12, 30)).days),
    ]  # fmt: skip
    assert {parse_date(form) for form in forms} == {day}
    assert parse_date(f"2000-01-01至{day}", last_of_range=True) == day
    assert parse_date(f"2000.1.1-{day:%Y.%m.%d}", last_of_range=True) == day
    assert date_from_serial((day - dt.date(1899, 12, 30)).days) == day


@given(st.text(max_size=30))
def test_parse_date_never_fails(text):
    day = parse_date(text, last_of_range=True)
    assert day is None or 1949 <= day.year <= 2100


@pytest.mark.parametrize(
    "text",
    ["2027-13-05", "2027-02-30", "27.11.5", "2027.11", "11/05/2027", "2027", "长期", "", "1234567", "2026.0.12", "0202-11-05"],
)  # fmt: skip
def test_uncertain_date_is_none(text):
    assert parse_date(text) is None


def test_chinese_numerals_are_read():
    assert parse_date("二〇二七年十一月三十日") == dt.date(2027, 11, 30)
    assert parse_date("二〇二七年二月二十九日") is None


def test_permanent_words():
    assert is_permanent("长 期")
    assert not is_permanent("长期停业")


@given(mobiles, mobiles)
def test_first_of_two_mobiles_is_kept_and_nothing_is_lost(one, two):
    for between in ("/", "、", " ", "，", ";", "", "\n", " 或 "):
        kept, rest = split_phones(one + between + two)
        assert kept == one
        assert two in rest


@given(mobiles)
def test_mobile_is_read_in_every_usual_form(number):
    for text in (number, f"+86{number}", f"86-{number}", f"{number[:3]} {number[3:7]} {number[7:]}",
                 f"{number[:3]}-{number[3:7]}-{number[7:]}", f" '{number} "):  # fmt: skip
        assert split_phones(text) == (number, "")


@given(st.text(max_size=40))
def test_split_phones_never_fails_and_its_number_reads_back(text):
    number, _ = split_phones(text)
    if number:
        assert split_phones(number) == (number, "")


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("0454-8622222", "0454-8622222", ""), ("(0454)8622222", "0454-8622222", ""), ("04548622222", "0454-8622222", ""),
        ("0454 8622222", "0454-8622222", ""), ("8622222", "8622222", ""), ("400-820-8820", "4008208820", ""),
        ("010-12345678", "010-12345678", ""), ("12345678", "", "12345678"),
        ("0454-8622222-801", "0454-8622222", "801"), ("139000000012", "", "139000000012"), ("无", "", "无"),
    ],
)  # fmt: skip
def test_landlines(text, number, rest):
    assert split_phones(text) == (number, rest)


def test_masks_and_first_names():
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("0454-8622222") == "045*****2222"
    assert mask_phone("") == ""
    assert [main_cadre(t) for t in ("张三、李四", "张三 / 李四", "王 芳", "")] == [
        "张三",
        "张三",
        "王 芳",
        "",
    ]


def rule(
    code,
    grade,
    categories=(),
    forms=(),
    *,
    area=None,
    seats=None,
    diners=None,
    output=None,
    above=False,
):
    return GradingRuleRow(10, frozenset(categories), forms, area, seats, diners, output, above, grade, code)  # fmt: skip


RULES = [
    rule("school-a", "A", ["school_canteen"], diners=3000),
    rule("school-b", "B", ["school_canteen"], diners=1000),
    rule("school-c", "C", ["school_canteen"]),
    rule("huge", "B", ["catering"], area=3000, seats=1000, above=True),
    rule("large", "C", ["catering"], area=150, seats=75, above=True),
    rule("batch", "B", (), ("中央厨房", "集体用餐")),
    rule("small", "D", ["catering", "sale"]),
]


@pytest.mark.parametrize(
    ("facts", "grade", "code", "missing"),
    [
        (GradingFacts("school_canteen", diners=3000), "A", "school-a", ()),
        (GradingFacts("school_canteen", diners=2999), "B", "school-b", ()),
        (GradingFacts("school_canteen", diners=10), "C", "school-c", ()),
        (GradingFacts("school_canteen"), "", None, ("diners",)),
        (GradingFacts("catering", floor_area=3000, seats=1001), "B", "huge", ()),
        (GradingFacts("catering", floor_area=3000), "C", "large", ()),
        (GradingFacts("catering", floor_area=150, seats=75), "D", "small", ()),
        (GradingFacts("catering", floor_area=100), "D", "small", ()),
        (GradingFacts("catering"), "", None, ("floor_area", "seats")),
        (GradingFacts("production", "某中央厨房"), "B", "batch", ()),
        (GradingFacts("market"), "", None, ()),
    ],
)
def test_first_rule_that_hits_decides(facts, grade, code, missing):
    verdict = grade_by_rules(facts, RULES)
    assert (verdict.grade, verdict.rule, verdict.missing) == (grade, code, missing)


def test_verdict_tells_the_rules_that_were_tried():
    assert grade_by_rules(GradingFacts("catering", seats=80), RULES).tried == ("huge", "large")


@given(
    st.integers(0, 5000) | st.none(), st.integers(0, 2000) | st.none(), st.integers(0, 500), st.integers(0, 500)
)  # fmt: skip
def test_a_larger_business_never_gets_a_lesser_grade(area, seats, more_area, more_seats):
    first = grade_by_rules(GradingFacts("catering", "", area, seats), RULES).grade
    second = grade_by_rules(
        GradingFacts(
            "catering",
            "",
            area if area is None else area + more_area,
            seats if seats is None else seats + more_seats,
        ),
        RULES,
    ).grade
    assert second <= first
