import datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.models import Category, GradingRule, GradingStandard
from entities.queries.grading import active_standard, rule_rows, suggestion_sql
from entities.rules import GradingFacts, grade_by_rules
from entities.services.dictionaries import dictionaries_load

pytestmark = pytest.mark.django_db

COLUMNS = {field: field for field in GradingFacts._fields}
CATEGORIES = ["sale", "catering", "canteen"]
WORDS = ["超市", "100%果汁", "王's", "批发", "学校"]
whole = st.none() | st.integers(min_value=0, max_value=12)
exact = st.none() | st.decimals(min_value=0, max_value=12, places=2)


@st.composite
def rules(draw):
    return GradingRule(
        title="规则",
        categories=draw(st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True)),
        forms=draw(st.lists(st.sampled_from(WORDS), max_size=2, unique=True)),
        floor_area_from=draw(exact),
        seats_from=draw(whole),
        diners_from=draw(whole),
        output_from=draw(exact),
        is_exclusive=draw(st.booleans()),
        grade=draw(st.sampled_from("ABCD")),
    )


facts = st.builds(
    GradingFacts,
    category=st.sampled_from(CATEGORIES),
    form=st.lists(st.sampled_from(WORDS), max_size=2).map("".join),
    floor_area=exact,
    seats=whole,
    diners=whole,
    output=exact,
)


def by_database(standard, rows):
    grade, rule = suggestion_sql(standard, COLUMNS)
    values = ", ".join(
        ["(%s, %s::text, %s::text, %s::numeric, %s::int, %s::int, %s::numeric)"] * len(rows)
    )
    params = [value for at, row in enumerate(rows) for value in (at, *row)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {grade}, {rule} FROM (VALUES {values}) AS t(at, {', '.join(COLUMNS)}) ORDER BY at",
            params,
        )
        return cursor.fetchall()


def by_hand(standard, rows):
    table = rule_rows(standard)
    verdicts = [grade_by_rules(row, table) for row in rows]
    return [(v.grade, int(v.rule) if v.rule else None) for v in verdicts]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(rules(), max_size=6), st.lists(facts, min_size=1, max_size=12))
def test_suggestion_in_sql_agrees_with_the_pure_rule(db, made, rows):
    with transaction.atomic():
        standard = GradingStandard.objects.create(
            name="试", effective_from=datetime.date(2022, 11, 1)
        )
        for priority, rule in enumerate(made):
            rule.pk, rule.standard, rule.priority = None, standard, priority
            rule.save()
        standard.refresh_from_db()
        assert by_database(standard, rows) == by_hand(standard, rows)
        transaction.set_rollback(True)


def test_suggestion_without_a_standard_is_undetermined():
    facts = GradingFacts("sale", "超市", Decimal(900))
    assert by_database(None, [facts]) == [("", None)]


def test_suggestion_refuses_a_missing_column():
    with pytest.raises(ValueError, match="output"):
        suggestion_sql(None, {k: k for k in COLUMNS if k != "output"})


@pytest.fixture
def fixtures(db):
    call_command("load_register_fixtures", verbosity=0)
    return active_standard()


def test_a_second_load_adds_new_synonyms_and_leaves_what_staff_changed(fixtures):
    catering = Category.objects.get(pk="catering")
    first, second, *rest = catering.synonyms
    other = Category.objects.get(pk="canteen")
    catering.synonyms, other.synonyms = rest, [*other.synonyms, "新词乙"]
    catering.save()  # staff took two out
    other.save()
    assert second not in Category.objects.get(pk="catering").synonyms
    made = dictionaries_load(
        categories=[("catering", "餐饮", [first, *rest, "新词甲", "新词乙"])],
        small=[],
        forms=[],
        rules=[],
    )
    assert made == {"categories": 0, "synonyms": 1, "forms": 0, "rules": 0}
    catering.refresh_from_db()
    assert (catering.name, catering.synonyms) == ("餐饮服务", [*rest, "新词甲"])


EXAMPLES = [
    (GradingFacts("school_canteen", "学校食堂", diners=3000), "A"),
    (GradingFacts("school_canteen", "学校食堂", diners=1000), "B"),
    (GradingFacts("school_canteen", "学校食堂", diners=999), "C"),
    (GradingFacts("school_canteen", "学校食堂"), ""),
    (GradingFacts("school_canteen", "幼儿园食堂", diners=500), "A"),
    (GradingFacts("school_canteen", "幼儿园食堂", diners=300), "B"),
    (GradingFacts("school_canteen", "幼儿园食堂", diners=299), "C"),
    (GradingFacts("production", "婴幼儿配方乳粉"), "A"),
    (GradingFacts("production", "保健食品生产"), "B"),
    (GradingFacts("production", "大米加工", output=2000), "B"),
    (GradingFacts("production", "大米加工", output=Decimal("1999.99")), "C"),
    (GradingFacts("catering", "中央厨房"), "B"),
    (GradingFacts("catering", "餐馆", floor_area=3000, seats=1000), "C"),
    (GradingFacts("catering", "餐馆", floor_area=100, seats=1001), "B"),
    (GradingFacts("catering", "餐馆", floor_area=151), "C"),
    (GradingFacts("catering", "餐馆", floor_area=150, seats=75), "D"),
    (GradingFacts("catering", "餐馆"), ""),
    (GradingFacts("sale", "大型商超", floor_area=5000), "B"),
    (GradingFacts("sale", "超市", floor_area=200), "C"),
    (GradingFacts("sale", "超市", floor_area=199), "D"),
    (GradingFacts("sale", "食品批发"), "C"),
    (GradingFacts("sale", "便利店"), "D"),
    (GradingFacts("canteen", "机关食堂", diners=1000), "B"),
    (GradingFacts("canteen", "机关食堂", diners=100), "C"),
    (GradingFacts("canteen", "机关食堂", diners=99), ""),
    (GradingFacts("market", "农贸市场"), "C"),
    (GradingFacts("platform", "第三方平台"), "B"),
    (GradingFacts("workshop", "豆腐坊"), "D"),
]


def test_example_standard_gives_the_grades_of_the_guide(fixtures):
    found = by_database(fixtures, [facts for facts, _ in EXAMPLES])
    assert [grade for grade, _ in found] == [grade for _, grade in EXAMPLES]


def test_loading_fixtures_twice_keeps_what_staff_edited(fixtures):
    rule = fixtures.rules.get(priority=34)
    rule.floor_area_from = 300
    rule.save()
    call_command("load_register_fixtures", verbosity=0)
    assert GradingRule.objects.get(pk=rule.pk).floor_area_from == 300
    assert GradingStandard.objects.count() == 1
