"""The draw of a round: once, kept for ever, repeatable by anybody; and one drawn row replaced, with a reason."""

import datetime
from collections.abc import Mapping

import pghistory
from django.db import transaction
from django.utils import timezone

from ...enums import CheckState, SampleKind
from ...models import CheckRound, CheckSample, CheckStratum
from ...queries.check_draws import (
    Drawn,
    Frame,
    frame_of,
    frame_sizes,
    last_events,
    redraw_differences,
    sample_drawn,
    writers_wait,
)
from .shared import CheckError, locked_round, tell

# A frame younger than this may still be written into by transactions under way.
FRESH = datetime.timedelta(hours=1)


@transaction.atomic
def round_draw(
    *,
    actor,
    check_round: CheckRound,
    seed: str,
    frame_at: datetime.datetime,
    quotas: Mapping[tuple[str, str], int],
    at: datetime.datetime,
    address: str | None = None,
) -> CheckRound:
    """Draw the sample: the frame as it stood at `frame_at`, the first n of each stratum in the order of the
    seed. `quotas` = {(kind, stratum): n}. Seed, frame and sample never change afterwards.

    Raises CheckError when the round is drawn already, the moment lies ahead or nobody stands in the frame."""
    if frame_at > at:
        raise CheckError("抽样框的时点还没有到。请选已经过去的时点。")
    if not seed.strip():
        raise CheckError("请填写种子，或用系统给出的。")
    row = locked_round(check_round, "draw")
    if at - frame_at < FRESH:
        writers_wait()
    frame = Frame(row.target_id, frame_at, *last_events())
    strata = list(CheckStratum.objects.filter(check_round=row).order_by("kind", "order"))
    samples = []
    for kind in SampleKind:
        sizes = frame_sizes(frame=frame, kind=kind)
        mine = [stratum for stratum in strata if stratum.kind == kind]
        for stratum in mine:
            stratum.frame = sizes.get(stratum.key, 0)
            stratum.quota = quotas.get((kind, stratum.key), stratum.quota)
        wanted = {stratum.key: stratum.quota for stratum in mine if stratum.quota}
        drawn = sample_drawn(frame=frame, kind=kind, seed=seed.strip(), quotas=wanted)
        samples += [_sample(row, kind, one) for one in drawn]
    if not any(sample.kind == SampleKind.ENTITY for sample in samples):
        day = timezone.localtime(frame_at)
        raise CheckError(
            f"{row.target.name}在 {day:%Y-%m-%d %H:%M} 没有可抽的主体，或应抽数都是 0。"
            "请换一个时点，或改应抽数。"
        )
    row.seed, row.frame_at = seed.strip(), frame_at
    row.frame_entity_event, row.frame_cadre_event = frame.entity_event, frame.cadre_event
    row.drawn_at, row.drawn_by, row.state = at, actor, CheckState.DRAWN
    with pghistory.context(user=actor.pk, via="draw"):
        row.save()
        CheckStratum.objects.bulk_update(strata, ["frame", "quota"])
        CheckSample.objects.bulk_create(samples)
    tell(actor, row, {"act": "draw", "seed": row.seed, "drawn": len(samples)}, address)
    return row


def _sample(check_round, kind, drawn: Drawn):
    thing = "entity_id" if kind == SampleKind.ENTITY else "cadre_id"
    return CheckSample(
        check_round=check_round, kind=kind, stratum=drawn.stratum, rank=drawn.rank,
        area_id=drawn.area, **{thing: drawn.id},
    )  # fmt: skip


@transaction.atomic
def round_redraw(*, actor, check_round: CheckRound, at: datetime.datetime) -> list[str]:
    """Draw again by the round's own seed and frame; keep and give what differs (empty = all equal)."""
    row = CheckRound.objects.select_for_update(of=("self",), no_key=True).get(pk=check_round.pk)
    if row.drawn_at is None:
        raise CheckError("这一轮还没有抽样。")
    told = redraw_differences(check_round=row)
    row.redrawn_at, row.redraw_note = at, "；".join(told)[:300]
    with pghistory.context(user=actor.pk, via="redraw"):
        row.save(update_fields=["redrawn_at", "redraw_note"])
    return told


@transaction.atomic
def sample_replace(
    *, actor, sample: CheckSample, reason: str, address: str | None = None
) -> CheckSample:
    """Take the next of the stratum's order in the place of one drawn row, which stays with the reason. Raises
    CheckError without a reason, when it is replaced already, or when the stratum has no other."""
    if not reason.strip():
        raise CheckError("换一家要写理由。")
    check_round = locked_round(sample.check_round, "replace")
    row = CheckSample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    if row.is_replaced:
        raise CheckError("这一条已经换过，您的操作没有执行。")
    same = CheckSample.objects.filter(check_round=check_round, kind=row.kind, stratum=row.stratum)
    next_rank = same.order_by("-rank").values_list("rank", flat=True)[0] + 1
    drawn = sample_drawn(
        frame=frame_of(check_round), kind=row.kind, seed=check_round.seed,
        quotas={row.stratum: next_rank},
    )  # fmt: skip
    if len(drawn) < next_rank:
        raise CheckError("这一层没有别的可换了：抽样框里的都已抽中。")
    with pghistory.context(user=actor.pk, via="replace"):
        row.is_replaced, row.replace_reason = True, reason.strip()[:200]
        row.revision += 1
        row.save(update_fields=["is_replaced", "replace_reason", "revision"])
        made = _sample(check_round, row.kind, drawn[-1])
        made.replaces = row
        made.save()
    tell(actor, check_round, {"act": "replace", "sample": row.pk, "reason": reason}, address)
    return made
