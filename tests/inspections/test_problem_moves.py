"""A problem's way through the hands, once each: who may, what it needs, what it leaves behind."""

import datetime

import pytest

from inspections.models import Photo, Problem, ProblemMove, ProblemTally
from inspections.rules.deadlines import end_of
from inspections.services.moves import MovedOn, MoveError, problem_move
from jiamusi_foodsafety.jurisdiction import roles
from responsibility.models import Notification
from tests.factories import StationFactory, UserFactory
from tests.inspections.makers_problems import NOW, TODAY, a_key, load_kinds, make_shop, report
from tests.inspections.pictures import picture
from tests.personas import COUNTY, OTHER_COUNTY, OTHER_TOWN

pytestmark = pytest.mark.django_db
day = datetime.date
HOUR = datetime.timedelta(hours=1)


PICTURE = picture()


@pytest.fixture
def bond(areas, cadre, station_officer, county_officer):
    load_kinds()
    return make_shop(areas=areas, user=cadre)


def move(problem, act, actor, *, at=NOW + HOUR, key=None, **values):
    row, is_new = problem_move(
        problem=problem, act=act, actor=actor, values=values, key=key or a_key(), at=at
    )
    problem.refresh_from_db()
    return row, is_new


def told(user):
    return list(Notification.objects.filter(user=user).values_list("text", flat=True))


def test_the_upper_path_to_its_end(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre)
    move(problem, "fix", cadre, note="已下架", files=[PICTURE])
    assert problem.state == "fixed"
    assert problem.fixed_at == NOW + HOUR
    assert problem.clock_at == end_of(day(2022, 11, 9))
    move(problem, "reject", cadre, note="还有一袋")
    assert (problem.state, problem.fixed_at, problem.clock_at) == ("open", None, problem.due_at)
    move(problem, "verify", cadre, note="都下架了", files=[PICTURE])
    assert (problem.state, problem.settled_at, problem.clock_at) == ("cleared", NOW + HOUR, None)
    assert problem.revision == 4
    acts = list(problem.moves.order_by("pk").values_list("act", "state_from", "state_to"))
    assert acts == [
        ("report", "", "open"), ("fix", "open", "fixed"), ("reject", "fixed", "open"),
        ("verify", "open", "cleared"),
    ]  # fmt: skip
    assert problem.events.count() == 4
    assert ProblemTally.objects.get(total=1).fixed_in_time == 1


def test_the_lower_path_to_its_end(bond, cadre, station_officer):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    move(problem, "claim", station_officer)
    assert (problem.state, problem.claimed_at) == ("handling", NOW + HOUR)
    assert problem.clock_at == problem.due_at
    move(problem, "finish", station_officer, note="已责令改正", files=[PICTURE, PICTURE])
    assert problem.clock_at == end_of(day(2022, 11, 9))
    move(problem, "redo", station_officer, note="留样仍不足")
    assert problem.state == "handling"
    move(problem, "finish", station_officer, note="留样柜已到", files=[PICTURE])
    move(problem, "feed_back", station_officer, note="复查合格")
    assert problem.state == "fed_back"
    move(problem, "dispute", cadre, note="现场仍未改")
    assert (problem.state, problem.fixed_at) == ("handling", None)
    move(problem, "finish", station_officer, note="已改", files=[PICTURE])
    move(problem, "feed_back", station_officer, note="复查合格")
    last, _ = move(problem, "close", cadre)
    assert (problem.state, problem.is_open) == ("closed", False)
    assert (
        last.actor_words.endswith(cadre.name + "（村委会主任）") or cadre.name in last.actor_words
    )
    assert Photo.objects.filter(problem=problem, move__act="finish").count() == 4
    assert ProblemTally.objects.get(total=1).claimed_in_time == 1


def test_what_is_missing_is_said_and_nothing_moves(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre)
    for values, word in (
        ({}, "请写明情况。请附照片。"),
        ({"note": "好了"}, "请附照片。"),
        ({"note": "长" * 501, "files": [PICTURE]}, "最多 500 字"),
        ({"note": "好了", "photos": [a_key()]}, "有照片没有传到"),
    ):
        with pytest.raises(MoveError, match=word):
            problem_move(
                problem=problem, act="fix", actor=cadre, values=values, key=a_key(), at=NOW
            )
    problem.refresh_from_db()
    assert (problem.state, problem.moves.count()) == ("open", 1)


def test_who_may_not_is_told_who_may(bond, cadre, station_officer, county_officer, leader):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    for actor, act, word in (
        (cadre, "claim", "由办理的监管所、县区局"),
        (station_officer, "void", "由县区局"),
        (leader, "remark", "由这一户的包保干部、办理的监管所、县区局"),
    ):
        with pytest.raises(MoveError, match=word):
            move(problem, act, actor, note="x")
    with pytest.raises(MoveError, match="没有这一种办理"):
        move(problem, "fly", county_officer)


def test_a_step_out_of_turn_says_where_it_stands_and_who_was_there(bond, cadre, station_officer):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    move(problem, "claim", station_officer)
    with pytest.raises(MoveError) as refused:
        move(problem, "claim", station_officer)
    assert refused.value.message == (
        f"这一件现在是“处置中”，不能认领。城关市场监督管理所 {station_officer.name} 认领。"
    )


def test_the_same_key_twice_acts_once(bond, cadre, station_officer):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    key = a_key()
    first, is_new = move(problem, "claim", station_officer, key=key)
    again, was_new = move(problem, "claim", station_officer, key=key)
    assert (first.pk, is_new, was_new) == (again.pk, True, False)
    assert problem.moves.filter(act="claim").count() == 1
    with pytest.raises(MoveError, match="另一次办理"):
        move(problem, "finish", station_officer, key=key, note="x", files=[PICTURE])
    with pytest.raises(MoveError, match="幂等键"):
        move(problem, "finish", station_officer, key="kurz", note="x", files=[PICTURE])


def test_who_saw_it_before_somebody_moved_it_is_told(bond, cadre, station_officer, county_officer):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    seen = problem.revision
    move(problem, "remark", station_officer, note="明天去")
    with pytest.raises(MovedOn) as refused:
        move(problem, "claim", county_officer, revision=seen)
    assert refused.value.message.startswith(
        f"城关市场监督管理所 {station_officer.name}刚办过“补充说明”，您的这次没有保存"
    )


def test_handing_over_goes_to_the_station_of_the_place(bond, cadre, station_officer):
    (problem,) = report(bond=bond, actor=cadre)
    row, _ = move(problem, "transfer", cadre, note="店主不配合")
    assert problem.state == "to_claim"
    assert problem.claim_due_on == day(2022, 11, 4)
    assert row.note == "店主不配合；移交城关市场监督管理所"
    assert row.due_on == day(2022, 11, 4)
    assert told(station_officer) == ["货架有过期食品：移交监管所，现为“待认领”"]


def test_a_station_sends_back_and_the_county_gives_it_to_another(
    areas, bond, cadre, station_officer, county_officer
):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    move(problem, "send_back", station_officer, note="不在我所辖区")
    assert (problem.state, problem.station) == ("to_claim", None)
    assert "退回县区局" in told(county_officer)[0]
    far = StationFactory(county=areas[OTHER_COUNTY])
    near = StationFactory(name="城东所", county=areas[COUNTY], covers=[areas[OTHER_TOWN]])
    with pytest.raises(MoveError, match="请选监管所"):
        move(problem, "assign", county_officer)
    with pytest.raises(MoveError, match="不在本县"):
        move(problem, "assign", county_officer, station=far.pk)
    officer = UserFactory(role=roles.STATION_OFFICER, station=near)
    row, _ = move(problem, "assign", county_officer, station=near.pk)
    assert row.note == "指派城东所"
    assert Problem.objects.visible_to(officer).filter(pk=problem.pk).exists()
    move(problem, "claim", officer)
    assert problem.state == "handling"


def test_the_county_may_take_it_out_of_the_station(bond, cadre, county_officer):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    move(problem, "return", county_officer, note="小问题，自己改")
    assert (problem.state, problem.claim_due_on, problem.clock_at) == (
        "open", None, problem.due_at,
    )  # fmt: skip


def test_an_extension_asked_approved_and_refused(bond, cadre, county_officer):
    (problem,) = report(bond=bond, actor=cadre)
    due = problem.due_at
    for wrong in (day(2022, 11, 17), day(2022, 11, 1), day(2024, 1, 1)):
        with pytest.raises(MoveError, match="延期"):
            move(problem, "ask", cadre, note="柜子没到", due_on=wrong)
    with pytest.raises(MoveError, match="没有等决定的延期申请"):
        move(problem, "approve", county_officer)
    row, _ = move(
        problem, "ask", cadre, note="柜子没到", due_on=day(2022, 11, 25), side="entity",
        speaker="园长 李秀云",
    )  # fmt: skip
    assert (row.side, row.actor_words[:7]) == ("entity", "园长 李秀云，")
    assert (problem.asked_due_on, problem.due_at) == (day(2022, 11, 25), due)
    with pytest.raises(MoveError, match="已有一次延期申请"):
        move(problem, "ask", cadre, note="再延", due_on=day(2022, 11, 26))
    move(problem, "refuse", county_officer, note="库房可先用")
    assert (problem.asked_due_on, problem.due_at, problem.extensions) == (None, due, 0)
    move(problem, "ask", cadre, note="柜子没到", due_on=day(2022, 11, 25))
    row, _ = move(problem, "approve", county_officer)
    assert problem.due_at == problem.clock_at == problem.climb_at == end_of(day(2022, 11, 25))
    assert (problem.extensions, row.note) == (1, "期限改为 2022-11-25")
    assert "批准延期" in told(cadre)[-1]


def test_moving_on_settles_an_open_request(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre)
    move(problem, "ask", cadre, note="柜子没到", due_on=day(2022, 11, 25))
    move(problem, "verify", cadre, note="改好了", files=[PICTURE])
    assert problem.asked_due_on is None


@pytest.mark.parametrize(("act", "state"), [("file_case", "filed"), ("void", "void")])
def test_leaving_the_path_needs_a_reason(bond, cadre, county_officer, act, state):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    with pytest.raises(MoveError, match="请写明情况"):
        move(problem, act, county_officer)
    move(problem, act, county_officer, note="涉嫌违法")
    assert (problem.state, problem.clock_at, problem.climb_at) == (state, None, None)
    assert problem.settled_at is not None


def test_without_a_station_the_county_does_its_work(areas, county_officer):
    load_kinds()
    bond = make_shop(areas=areas, code=OTHER_TOWN, level="township", grade="C")
    (problem,) = report(bond=bond, kind="major")
    move(problem, "claim", county_officer)
    row, _ = move(problem, "finish", county_officer, note="已改", files=[PICTURE])
    assert row.side == "county"
    assert row.actor_words == f"东山县局 {county_officer.name}"


def test_the_words_of_the_department_are_written_down_for_it(bond, cadre, county_officer):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    row, _ = move(
        problem, "remark", county_officer, note="已通知学校", side="industry", speaker="教育局 何静"
    )
    assert row.side == "industry"
    assert row.actor_words == f"教育局 何静，东山县局 {county_officer.name}代录"
    assert problem.state == "to_claim"


def test_only_ones_own_loose_photographs(bond, cadre, station_officer):
    from inspections.services.photos import photo_store

    (problem,) = report(bond=bond, actor=cadre, kind="major")
    move(problem, "claim", station_officer)
    own, strange = a_key(), a_key()
    photo_store(actor=station_officer, key=own, data=PICTURE, at=NOW)
    photo_store(actor=cadre, key=strange, data=PICTURE, at=NOW)
    with pytest.raises(MoveError, match="有照片没有传到"):
        move(problem, "finish", station_officer, note="好了", photos=[own, strange])
    row, _ = move(problem, "finish", station_officer, note="好了", photos=[own])
    assert list(row.photos.values_list("key", flat=True)) == [own]
    assert day(2022, 11, 2) == TODAY
    assert ProblemMove.objects.filter(problem=problem).count() == 4
