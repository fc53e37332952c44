"""The table of moves, whole; the clocks over holidays and midnight."""

import datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections import enums
from inspections.rules import deadlines, moves
from inspections.rules.deadlines import Clocks, end_of
from inspections.rules.problems import Found, derived_key, faults, problem_number
from responsibility.queries.calendar import WorkCalendar

day = datetime.date
# National Day 2022: 1–7 October off, 8 and 9 October worked.
OCTOBER = WorkCalendar(
    holidays=frozenset(day(2022, 10, n) for n in range(3, 8)),
    workdays=frozenset({day(2022, 10, 8), day(2022, 10, 9)}),
)
# (act, from, to, who): written down once more by hand, so that a slip in the table shows.
EXPECTED = """
fix open fixed cadre,county,station
verify open cleared cadre,county
clear fixed cleared cadre,county
reject fixed open cadre,county
transfer open,fixed to_claim cadre,county,station
claim to_claim handling county,station
send_back to_claim to_claim station
assign to_claim to_claim county
return to_claim,handling open county
finish handling to_review county,station
redo to_review handling county,station
feed_back to_review fed_back county,station
close fed_back closed cadre,county
dispute fed_back handling cadre,county
ask open,handling = cadre,station
approve open,handling = county
refuse open,handling = county
file_case * filed county
void * void county
remark * = cadre,county,station
climb * = system
bearer * = system
end * ended system
resume ended open system
"""
STATES = [state.value for state in enums.ProblemState]
SIDES = [side.value for side in enums.Side]


def expected():
    for line in filter(None, EXPECTED.split("\n")):
        act, sources, to, who = line.split()
        states = moves.WAITING if sources == "*" else tuple(sources.split(","))
        yield act, states, to, set(who.split(","))


def test_the_table_holds_the_words_of_the_models():
    assert set(moves.TABLE) | {"report", "on_spot"} == set(enums.ProblemAct.values)
    assert set(moves.WAITING) == {state.value for state in enums.OPEN_STATES}
    assert set(moves.WAITS_FOR) == set(moves.WAITING)
    for line in moves.TABLE.values():
        assert set(line.sources) <= set(STATES)
        assert line.who <= set(SIDES)
        assert line.to is None or line.to in STATES


def test_each_act_each_state_each_side_each_request():
    told = {act: (states, to, who) for act, states, to, who in expected()}
    assert list(told) == list(moves.TABLE)
    for act, state, side, asked in product(told, STATES, SIDES, (False, True)):
        states, to, who = told[act]
        wants = {"ask": False, "approve": True, "refuse": True}.get(act)
        may = state in states and side in who and wants in (None, asked)
        refusal = moves.refusal(act=act, state=state, sides={side}, is_asked=asked)
        assert (refusal == "") == may, (act, state, side, asked)
        assert (act in moves.acts_for(state=state, sides={side}, is_asked=asked)) == may
        if may:
            assert moves.state_after(act=act, state=state) == (state if to == "=" else to)


@pytest.mark.parametrize(
    ("act", "state", "side", "asked", "why"),
    [
        ("fly", "open", "county", False, "act"),
        ("claim", "open", "station", False, "state"),
        ("claim", "to_claim", "cadre", False, "who"),
        ("approve", "open", "county", False, "unasked"),
        ("ask", "open", "cadre", True, "asked"),
    ],
)
def test_a_refusal_says_why(act, state, side, asked, why):
    assert moves.refusal(act=act, state=state, sides={side}, is_asked=asked) == why


def test_what_is_settled_moves_no_more():
    for state in ("cleared", "closed", "filed", "void"):
        assert moves.acts_for(state=state, sides=set(SIDES), is_asked=False) == []


def test_each_open_state_leads_to_an_end():
    reached = {"cleared", "closed"}
    for _ in moves.WAITING:
        for line in moves.TABLE.values():
            if line.to in reached and "system" not in line.who:
                reached |= set(line.sources)
    assert set(moves.WAITING) <= reached


def test_an_act_says_what_it_still_needs():
    assert moves.missing(act="finish", given=set()) == ["请写明情况。", "请附照片。"]
    assert moves.missing(act="finish", given={"note", "photo"}) == []
    assert moves.missing(act="claim", given=set()) == []
    assert moves.missing(act="ask", given={"note"}) == ["请写日期。"]
    assert moves.missing(act="assign", given=set()) == ["请选监管所。"]


@pytest.mark.parametrize(
    ("clocks", "found_on", "due"),
    [
        (Clocks(fix_days=0), day(2022, 10, 1), day(2022, 10, 1)),
        (Clocks(fix_days=15), day(2022, 10, 17), day(2022, 11, 1)),
        # 24 September + 7 = Saturday, 1 October, a holiday until the 7th: Saturday the 8th is worked
        (Clocks(fix_days=7), day(2022, 9, 24), day(2022, 10, 8)),
        # Saturday without a holiday: Monday
        (Clocks(fix_days=7), day(2022, 11, 5), day(2022, 11, 14)),
        (Clocks(fix_days=2, counts_workdays=True), day(2022, 9, 30), day(2022, 10, 9)),
        (Clocks(fix_days=3, counts_workdays=True), day(2022, 9, 30), day(2022, 10, 10)),
    ],
)
def test_the_last_day_to_put_it_right(clocks, found_on, due):
    assert deadlines.fix_due(clocks=clocks, found_on=found_on, calendar=OCTOBER) == due


@given(st.integers(1, 40), st.dates(day(2022, 9, 1), day(2022, 12, 1)), st.booleans())
def test_a_term_is_never_shorter_than_it_says_and_ends_on_a_working_day(days, found_on, by_work):
    clocks = Clocks(fix_days=days, counts_workdays=by_work)
    due = deadlines.fix_due(clocks=clocks, found_on=found_on, calendar=OCTOBER)
    assert (due - found_on).days >= days
    assert OCTOBER.between(due - deadlines.DAY, due) == 1


def test_a_day_ends_at_midnight_of_the_city():
    end = end_of(day(2022, 11, 2))
    assert end == datetime.datetime(2022, 11, 2, 15, 59, 59, tzinfo=datetime.UTC)
    assert deadlines.day_of(end) == day(2022, 11, 2)
    assert deadlines.day_of(end + datetime.timedelta(seconds=1)) == day(2022, 11, 3)
    assert deadlines.begin_of(day(2022, 11, 3)) - end == datetime.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("must", "on_spot", "by_station", "state"),
    [
        (False, False, False, "open"),
        (False, True, False, "cleared"),
        (True, False, False, "to_claim"),
        # what must be handed over is handed over, put right or not
        (True, True, False, "to_claim"),
        (False, False, True, "handling"),
        (True, False, True, "handling"),
        (False, True, True, "cleared"),
    ],
)
def test_where_a_problem_begins(must, on_spot, by_station, state):
    clocks = Clocks(fix_days=7, must_transfer=must)
    assert deadlines.first_state(clocks=clocks, on_spot=on_spot, by_station=by_station) == state


def test_the_clock_of_each_state():
    due, claim, feedback = end_of(day(2022, 11, 9)), day(2022, 11, 4), day(2022, 11, 16)
    times = {"due_at": due, "claim_due_on": claim, "feedback_due_on": feedback}
    clock = {state: deadlines.clock_of(state=state, **times) for state in STATES}
    assert clock["open"] == clock["handling"] == due
    assert clock["to_claim"] == end_of(claim)
    assert clock["fixed"] == clock["to_review"] == clock["fed_back"] == end_of(feedback)
    assert {clock[state] for state in STATES if state not in moves.WAITING} == {None}
    late = deadlines.clock_of(state="to_claim", **times | {"due_at": end_of(day(2022, 11, 3))})
    assert late == end_of(day(2022, 11, 3))


def test_a_reminder_looks_over_days_off():
    # Friday before National Day's week: what ends on any day up to the first worked one
    assert deadlines.remind_until(on=day(2022, 9, 30), calendar=OCTOBER) == end_of(day(2022, 10, 8))
    assert deadlines.remind_until(on=day(2022, 11, 2), calendar=OCTOBER) == end_of(day(2022, 11, 3))


def test_the_next_step_up_counts_working_days():
    at = datetime.datetime(2022, 9, 30, 16, 5, tzinfo=datetime.UTC)  # 1 October, 00:05
    clocks = Clocks(fix_days=7, climb_workdays=3)
    assert deadlines.next_climb(at=at, clocks=clocks, calendar=OCTOBER) == end_of(day(2022, 10, 10))


@pytest.mark.parametrize(
    ("state", "level", "path"),
    [
        ("open", "village", ["230882102", "230882", "2308"]),
        ("fixed", "township", ["230882", "2308"]),
        ("fed_back", "county", ["2308"]),
        ("open", "city", ["2308"]),
        ("open", "", ["230882", "2308"]),
        ("to_claim", "village", ["230882", "2308"]),
        ("handling", "city", ["230882", "2308"]),
        ("to_review", "county", ["230882", "2308"]),
    ],
)
def test_an_overdue_problem_climbs_from_whom_it_waits_for(state, level, path):
    area = "230882102201"
    assert deadlines.climb_path(state=state, area=area, cadre_level=level) == path


def test_a_unit_without_towns_has_no_town_to_climb_to():
    path = deadlines.climb_path(state="open", area="2308ZZ", cadre_level="village")
    assert path == ["2308ZZ", "2308"]


def test_numbers_and_keys():
    assert problem_number(day(2022, 10, 24), 3) == "WT20221024-0003"
    assert problem_number(day(2022, 10, 24), 12345) == "WT20221024-12345"
    assert derived_key("a", "fix") == derived_key("a", "fix") != derived_key("a", "clear")
    assert len(derived_key("a", 1)) == 32


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"key": "x"}, "幂等键"),
        ({"title": "  "}, "请写明是什么问题"),
        ({"title": "长" * 121}, "最多 120 字"),
        ({"detail": "长" * 501}, "最多 500 字"),
    ],
)
def test_a_report_that_lacks_something_says_so(more, word):
    wrong = faults(Found(**{"key": "a" * 32, "title": "过期", "kind": "minor"} | more))
    assert len(wrong) == 1
    assert word in wrong[0]


def test_a_report_in_order_has_no_faults():
    assert faults(Found(key="a" * 32, title="过期", kind="minor")) == []
