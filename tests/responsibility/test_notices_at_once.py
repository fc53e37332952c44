"""Two people at the same moment, on two connections: one result and one clear message."""

import datetime

import pytest

from jiamusi_foodsafety.jurisdiction import roles
from responsibility.models import Guidance, Instruction, LedgerState, Notice, Notification
from responsibility.services import guidance, instructions, notices
from responsibility.services.ledger_states import ledger_states_set
from responsibility.services.notifications import notify
from tests.factories import UserFactory
from tests.personas import COUNTY, TOWN
from tests.responsibility.notice_factories import NoticeFactory
from tests.responsibility.test_organisation_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = datetime.date(2022, 11, 2)
NOW = datetime.datetime(2022, 11, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture
def clerks(areas):
    return [UserFactory(role=roles.COUNTY_OFFICER, area=areas[COUNTY]) for _ in range(2)]


def test_one_of_two_signs(clerks):
    target = NoticeFactory(to=[COUNTY]).targets.get()
    told = at_once(
        *(
            lambda who=who: notices.target_receive(actor=who, target=target, at=NOW)
            for who in clerks
        )
    )
    assert (told[0], told[1][:4]) == ("", "东山县已")
    target.refresh_from_db()
    assert target.received_by in clerks
    assert target.events.count() == 2


def test_one_of_two_answers(clerks):
    target = NoticeFactory(to=[COUNTY]).targets.get()
    told = at_once(
        *(
            lambda who=who: notices.target_answer(actor=who, target=target, answer=who.name, at=NOW)
            for who in clerks
        )
    )
    assert told[0] == ""
    assert "您写的没有保存" in told[1]
    target.refresh_from_db()
    assert target.answer == target.answered_by.name


def test_one_of_two_issues(city_admin, city_officer, clerks):
    notice = NoticeFactory(draft=True, to=[COUNTY], due_at=None)
    told = at_once(
        *(
            lambda who=who: notices.notice_issue(actor=who, notice=notice, at=NOW)
            for who in (city_admin, city_officer)
        )
    )
    assert told[0] == ""
    assert "不必再下发" in told[1]
    assert Notification.objects.count() == len(clerks)


def test_two_drafts_do_not_share_a_number(city_admin, city_officer, areas):
    values = dict.fromkeys(notices.FIELDS, "") | {
        "number": 15, "title": "变更", "needs_answer": True, "due_at": None,
    }  # fmt: skip
    told = at_once(
        *(
            lambda who=who: notices.notice_save(actor=who, values=values, areas=[areas[COUNTY]])
            for who in (city_admin, city_officer)
        )
    )
    assert told == ["", "第 15 期已经有了，请换一个期号。"]
    assert Notice.objects.get().targets.count() == 1


def test_two_reminders_at_once_remind_once(city_admin, city_officer, clerks):
    notice = NoticeFactory(to=[COUNTY])
    at_once(
        *(
            lambda who=who: notices.targets_remind(actor=who, notice=notice, at=NOW)
            for who in (city_admin, city_officer)
        )
    )
    assert notice.targets.get().reminders == 1
    assert Notification.objects.count() == len(clerks)


def test_of_closing_and_answering_one_comes_first(city_admin, clerks):
    row = Instruction.objects.create(
        issuer_area_id="3799", area_id=COUNTY, title="清零", due_on=TODAY, issued_by=city_admin
    )
    told = at_once(
        lambda: instructions.instruction_close(
            actor=city_admin, instruction=row, note="另办", at=NOW
        ),
        lambda: instructions.instruction_answer(
            actor=clerks[0], instruction=row, answer="好", at=NOW
        ),
    )
    row.refresh_from_db()
    # Answered first, it is closed after; closed first, it takes no answer.
    assert row.state == "closed"
    assert told[0] == ""
    assert (told[1] == "") == (row.answer == "好")


def test_two_runs_of_the_clock_tell_once(city_admin, leader, areas):
    Instruction.objects.create(
        issuer_area_id="3799", area_id=COUNTY, title="清零", due_on=TODAY, issued_by=city_admin
    )
    at_once(
        *(
            lambda: instructions.instructions_escalate(
                on=TODAY + datetime.timedelta(days=1), at=NOW
            )
            for _ in range(2)
        )
    )
    assert Notification.objects.filter(user=leader).count() == 1
    assert Instruction.objects.get().events.count() == 2


def test_one_of_two_answers_a_question(city_admin, city_officer, areas):
    row = Guidance.objects.create(area=areas[COUNTY], question="怎么分？", asked_at=NOW)
    told = at_once(
        *(
            lambda who=who: guidance.guidance_answer(
                actor=who, guidance=row, answer=who.name, is_shared=False, at=NOW
            )
            for who in (city_admin, city_officer)
        )
    )
    assert told[0] == ""
    assert "您写的没有保存" in told[1]


def test_a_town_s_ledger_is_written_once(clerks, areas):
    at_once(
        *(
            lambda who=who: ledger_states_set(
                actor=who, areas=[areas[TOWN]], is_built=True, built_on=TODAY, at=NOW
            )
            for who in clerks
        )
    )
    row = LedgerState.objects.get()
    assert (row.is_built, row.built_on) == (True, TODAY)


def test_telling_twice_at_once_is_telling_once(clerks):
    told = at_once(*(lambda: notify(users=clerks, key="k", text="一条") for _ in range(2)))
    assert told == ["", ""]
    assert Notification.objects.count() == 2
