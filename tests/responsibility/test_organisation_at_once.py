"""Two people at the same moment, on two connections: one result and one clear message."""

import datetime
import threading

import pytest
from django.db import connection

from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.kit.errors import DomainError
from responsibility.models import Action, Membership, TeamCounty
from responsibility.services.meetings import action_done
from responsibility.services.organisation import member_replace, teams_allot
from responsibility.services.records import record_save
from tests.factories import UserFactory
from tests.responsibility.makers import make_action, make_meeting, make_member, make_team

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = datetime.date(2022, 11, 2)
NOW = datetime.datetime(2022, 11, 2, 9, tzinfo=datetime.UTC)
EAST, WEST = "379921", "379902"


def at_once(*acts):
    """Run the acts at the same moment; what each met: "" or the sentence of its refusal."""
    gate, told = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        try:
            act()
            told.append("")
        except DomainError as error:
            told.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_one_of_two_allots(areas, city_admin, city_officer):
    first = make_team(area=areas["3799"], counties=[areas[EAST]], name="第一督导组")
    second = make_team(area=areas["3799"], counties=[areas[WEST]], name="第二督导组")
    user = UserFactory(role=roles.SUPERVISION, allotted=[areas[EAST]])
    make_member(body=first, user=user)
    common = {
        "area": "3799",
        "seen": {EAST: first.pk, WEST: second.pk},
        "on": TODAY,
        "today": TODAY,
    }
    told = at_once(
        lambda: teams_allot(actor=city_admin, wanted={WEST: first.pk}, **common),
        lambda: teams_allot(actor=city_officer, wanted={EAST: second.pk}, **common),
    )
    assert (told[0], told[1][:7]) == ("", "分片刚被别人调")
    held = set(
        TeamCounty.objects.filter(to_on=None, body=first).values_list("county_id", flat=True)
    )
    assert held in ({EAST, WEST}, set())
    assert set(user.counties.values_list("code", flat=True)) == held


def test_one_of_two_replaces_a_member(areas, city_admin, city_officer):
    member = make_member(area=areas["3799"])
    common = {"member": member, "on": TODAY, "note": "调任", "today": TODAY}
    told = at_once(
        lambda: member_replace(actor=city_admin, values={"name": "甲", "unit": "市"}, **common),
        lambda: member_replace(actor=city_officer, values={"name": "乙", "unit": "市"}, **common),
    )
    assert told[0] == ""
    assert "刚被别人调整过" in told[1]
    assert Membership.objects.count() == 2


def test_one_of_two_reports_a_task_and_one_of_two_saves_a_meeting(
    areas, county_officer, city_officer
):
    action = make_action(area=areas[EAST])
    told = at_once(
        *[lambda: action_done(actor=county_officer, action=action, result="已办", at=NOW)] * 2
    )
    assert told[0] == ""
    assert "已办结" in told[1]
    assert Action.objects.get().events.count() == 2
    meeting = make_meeting(area=areas["3799"])
    told = at_once(
        lambda: record_save(actor=city_officer, row=meeting, changes={"host": "甲"}, revision=1),
        lambda: record_save(actor=city_officer, row=meeting, changes={"title": "乙"}, revision=1),
    )
    assert told[0] == ""
    assert "没有保存" in told[1]
    meeting.refresh_from_db()
    assert meeting.revision == 2
