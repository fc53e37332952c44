"""会议与文件 in the foreign county."""

from django.core.files.base import ContentFile

from responsibility.models import Experience, Training, TrainingRecord
from tests.responsibility.factories import CadreFactory
from tests.responsibility.makers import (
    make_action,
    make_body,
    make_document,
    make_meeting,
    make_member,
)

PREFIXES = [
    ("responsibility:body-member-change", "member"),
    ("responsibility:body-member-update", "member"),
    ("responsibility:body-", "body"),
    ("responsibility:meeting-action-", "task"),
    ("responsibility:meeting-", "meeting"),
    ("responsibility:document-", "paper"),
    ("api:meeting-", "meeting"),
    ("api:body-", "body"),
    ("api:experience-", "experience"),
    ("api:training-", "training"),
    ("api:document-", "paper"),
    ("responsibility:experience-", "experience"),
    ("responsibility:training-cadre", "trained"),
    ("responsibility:training-", "training"),
]
SUITED = ("organisation", "body-change-list", "meeting-list", "meeting-export", "meeting-action-list",
          "document-list", "document-export", "experience-list", "training-list",
          "training-cadre-list")  # fmt: skip


def plant(*, areas, county, town, word, phone, clerk, **_):
    home = areas[county]
    body = make_body(area=home, name=f"{word}专班", duty=f"{word}职责")
    member = make_member(body=body, name=f"{word}组长", unit=f"{word}局", phone=phone)
    paper = make_document(
        area=home,
        title=f"{word}方案",
        summary=f"{word}摘要",
        issuer=f"{word}食安委",
        created_by=clerk,
    )
    paper.file_name = f"{word}.pdf"
    paper.file.save("x", ContentFile(f"%PDF-{word}".encode()))
    meeting = make_meeting(area=home, title=f"{word}会议", host=f"{word}人", summary=f"{word}内容")
    meeting.minutes_name = f"{word}纪要.pdf"
    meeting.minutes.save("x", ContentFile(f"%PDF-{word}".encode()))
    task = make_action(area=home, meeting=meeting, text=f"{word}事项", owner=f"{word}科", body=body)
    experience = Experience.objects.create(
        area=home, source=f"{word}市", title=f"{word}做法", practice=f"{word}留痕"
    )
    training = Training.objects.create(area=home, title=f"{word}培训", held_on="2022-11-02")
    trained = CadreFactory(area=areas[town], level="township", name=f"{word}学员", phone=phone)
    record = TrainingRecord.objects.create(training=training, cadre=trained, result="passed")
    return {
        "body": body, "member": member, "paper": paper, "meeting": meeting, "task": task,
        "experience": experience, "training": training, "trained": trained, "record_of": record,
    }  # fmt: skip
