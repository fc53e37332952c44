"""Bodies, meetings, tasks and papers for tests. Give an `area`."""

import datetime

from responsibility.models import (
    Action,
    Body,
    Decision,
    Document,
    Meeting,
    Membership,
    TeamCounty,
)

BEGUN = datetime.date(2022, 10, 8)


def make_body(*, area, kind="leading_group", name="领导小组", **more):
    return Body.objects.create(area=area, kind=kind, name=name, from_on=BEGUN, **more)


def make_member(*, area=None, body=None, name="郑海峰", role="member", **more):
    body = body or make_body(area=area)
    values = {"unit": "市政府", "post": "副市长", "from_on": BEGUN} | more
    return Membership.objects.create(body=body, name=name, role=role, **values)


def make_team(*, area, counties=(), name="第一督导组"):
    team = make_body(area=area, kind="supervision_team", name=name)
    for county in counties:
        TeamCounty.objects.create(body=team, county=county, from_on=BEGUN)
    return team


def make_meeting(*, area, title="食安办视频会议", **more):
    values = {"mode": "video", "held_on": datetime.date(2022, 10, 10)} | more
    return Meeting.objects.create(area=area, title=title, **values)


def make_action(*, area, meeting=None, text="完成摸底", **more):
    meeting = meeting or make_meeting(area=area)
    decision = Decision.objects.create(meeting=meeting, text=text)
    values = {"due_on": datetime.date(2022, 10, 20)} | more
    return Action.objects.create(decision=decision, area=area, **values)


def make_document(*, area, title="工作方案", **more):
    values = {"level": "city", "kind": "plan"} | more
    return Document.objects.create(area=area, title=title, **values)
