"""What a person must do in the register: the to-do page and the numbers in the menu."""

import datetime

from django.contrib.auth import get_user_model
from django.db.models import Count, Subquery, Value
from django.db.models.functions import Coalesce, Now
from django.urls import NoReverseMatch, reverse

from ..enums import ProposalSource, ProposalState, SampleState, TransferState, UploadState
from ..models import LedgerUpload, Proposal, TwinGroup
from .screening import transfers_visible

# A returned proposal is a to-do for so long; after that it is history.
RETURNED_FOR = datetime.timedelta(days=14)
# An upload that waits for its owner's answer.
_WAITING = (UploadState.COLUMNS, UploadState.REVIEW)
KEYS = ("approve", "expiry", "sample", "undrawn", "returned", "transfers", "uploads", "twins")


def _counts(user):
    """Numbers of what waits, by what this person may decide; all in one statement."""
    proposals = Proposal.objects.visible_to(user)
    waiting = proposals.filter(state=ProposalState.PROPOSED)
    wanted = {}
    samples = user.has_perm("entities.sample_screening")
    # The city may approve, but what waits is the counties' to do.
    if user.has_perm("entities.approve_screening") and not samples:
        wanted["approve"] = waiting
        wanted["expiry"] = waiting.filter(source=ProposalSource.EXPIRY)
    if samples:
        wanted["sample"] = proposals.filter(sample_state=SampleState.PENDING)
        wanted["undrawn"] = proposals.undrawn()
    if user.has_perm("entities.propose_screening"):
        mine = proposals.filter(state=ProposalState.RETURNED, proposed_by=user)
        wanted["returned"] = mine.filter(decided_at__gte=Now() - RETURNED_FOR)
    if user.has_perm("entities.accept_transfer"):
        wanted["transfers"] = transfers_visible(user=user).filter(state=TransferState.OPEN)
    if user.has_perm("entities.upload_ledger"):
        uploads = LedgerUpload.objects.visible_to(user).filter(state__in=_WAITING)
        wanted["uploads"] = uploads.filter(uploaded_by=user)
    # like reviews, twins wait for their county
    if user.has_perm("entities.merge_entity") and not samples:
        wanted["twins"] = TwinGroup.objects.visible_to(user).open()
    counts = dict.fromkeys(KEYS, 0)
    if wanted:
        self_row = get_user_model().objects.filter(pk=user.pk)
        numbers = {f"waiting_{key}": _number_of(found) for key, found in wanted.items()}
        row = self_row.values(**numbers).get()
        counts |= {key: row[f"waiting_{key}"] for key in wanted}
    return counts


def _number_of(found):
    """The number of rows of a set as a part of another statement."""
    grouped = found.order_by().annotate(all_in_one=Value(1)).values("all_in_one")
    return Coalesce(Subquery(grouped.annotate(number=Count("pk")).values("number")), 0)


def todo(*, user) -> list[dict]:
    """What waits for this person in the register: label, count, url, tone, hint; empty ones are left
    out."""
    counts = _counts(user)
    screening = _url("entities:screening-list")
    rows = [
        ("待复核的筛除、恢复和定级", counts["approve"], f"{screening}?tab=proposed", "amber",
         f"其中许可证到期 {counts['expiry']:,} 条" if counts["expiry"] else "监管所或台账提请，等县局复核"),
        ("待抽核的事项", counts["sample"], f"{screening}?tab=sampling", "amber", "抽中的事项逐条核实"),
        ("县区已批准、待抽取的事项", counts["undrawn"], _url("entities:sample-list"), "",
         "按比例抽一批核实，没有抽中的不必再看"),
        ("被退回的提请", counts["returned"], f"{screening}?tab=returned", "", "看退回原因，补充后再提"),
        ("待处理的迁入", counts["transfers"], _url("entities:transfer-list"), "amber",
         "两个县区登记了同一个许可证"),
        ("疑似重复的主体", counts["twins"], _url("entities:twin-list"), "",
         "比对后合并，或判断为不是同一家"),
        ("待确认的台账", counts["uploads"], _url("entities:upload-list"), "amber", "预览已备好，确认后才写入"),
    ]  # fmt: skip
    return [
        {"label": label, "count": count, "url": url, "tone": tone, "hint": hint}
        for label, count, url, tone, hint in rows
        if count
    ]


def badges(*, user) -> dict[str, int]:
    """The numbers behind the menu's items: what this person must do, never a total."""
    counts = _counts(user)
    screenings = counts["approve"] + counts["sample"] + counts["undrawn"]
    total = (
        screenings + counts["returned"] + counts["transfers"] + counts["uploads"] + counts["twins"]
    )
    return {"screenings": screenings, "uploads": counts["uploads"], "todo": total}


def _url(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
