"""工作提示, 督办, 点对点指导 and 消息 of the foreign county."""

from django.core.files.base import ContentFile

from responsibility.models import Guidance, Instruction, NoticeFile, NoticeTarget, Notification
from tests.responsibility.notice_factories import NoticeFactory

PREFIXES = [
    ("responsibility:notification-", "message"),
    ("responsibility:notice-file", "notice_file"),
    ("responsibility:notice-answer", "notice_target"),
    ("responsibility:notice-receive", "notice_target"),
    ("responsibility:notice-", "notice"),
    ("responsibility:instruction-", "instruction"),
    ("responsibility:guidance-", "question"),
    ("api:notice-", "notice"),
    ("api:guidance-", "question"),
    ("api:instruction-", "instruction"),
]
SUITED = ("notice-list", "notice-export", "instruction-list", "guidance-list", "guidance-export",
          "ledger-state-list", "notification-list")  # fmt: skip


def plant(*, county, word, clerk, **_):
    notice = NoticeFactory(
        to=[county], number=None, title=f"{word}提示", topic=word, body=f"{word}正文",
        action_required=f"{word}要求",
    )  # fmt: skip
    target = NoticeTarget.objects.get(notice=notice)
    target.answer, target.file_name = f"{word}反馈", f"{word}.pdf"
    target.file.save("x", ContentFile(f"%PDF-{word}".encode()))
    attachment = NoticeFile(notice=notice, name=f"{word}样式.pdf")
    attachment.file.save("x", ContentFile(f"%PDF-{word}".encode()))
    instruction = Instruction.objects.create(
        issuer_area_id="3799", area_id=county, title=f"{word}督办", body=f"{word}要求",
        answer=f"{word}答复", due_on="2022-11-04",
    )  # fmt: skip
    question = Guidance.objects.create(
        area_id=county, question=f"{word}怎么办", answer=f"{word}这么办", contact=f"{word}主任",
        asked_at="2022-11-02T02:00:00Z",
    )  # fmt: skip
    message = Notification.objects.create(user=clerk, key="k", text=f"{word}消息", url="/todo/")
    return {
        "notice": notice, "notice_target": target, "notice_file": attachment,
        "instruction": instruction, "question": question, "message": message,
    }  # fmt: skip
