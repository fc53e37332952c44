"""Photographs: stored by themselves, shown by the visit, the problem or the move that names them."""

import datetime
import hashlib

import pghistory
from django.core.files.base import ContentFile
from django.db import connection, transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.images import MIME, ImageRefused, image_clean

from ..models import Photo
from ..rules.visits import is_key

MOST_BYTES = 2 * 1024 * 1024
KEEP_LOOSE_DAYS = 14

BIND = """
UPDATE inspections_photo p SET visit_id = %(visit)s, problem_id = m.problem
FROM unnest(%(keys)s::text[], %(problems)s::bigint[]) AS m(key, problem)
WHERE p.key = m.key AND p.uploaded_by_id = %(by)s AND p.visit_id IS NULL AND p.problem_id IS NULL
  AND p.move_id IS NULL
"""


class PhotoError(DomainError):
    """A photograph that cannot be stored; the sentence says why."""


class PhotoKeyTaken(PhotoError):
    """The key belongs to somebody else's photograph."""


def key_lock(key: str) -> None:
    """Two sends of one key wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [key])


@transaction.atomic
def photo_store(*, actor, key: str, data: bytes, at: datetime.datetime) -> tuple[Photo, bool]:
    """Store one photograph under the key that the phone drew; True when it is new. The same key again gives
    the stored one. At most 2 MB; turned upright, at most 1600 px, all metadata (position!) gone.

    Raises PhotoError (no key, too large, no picture), PhotoKeyTaken (another account's key)."""
    if not is_key(key):
        raise PhotoError("照片没有编号，请刷新页面后再拍。")
    if len(data) > MOST_BYTES:
        raise PhotoError("照片超过 2 MB，请重拍或缩小后再传。")
    key_lock(key)
    stored = Photo.objects.filter(key=key).first()
    if stored is not None:
        if stored.uploaded_by_id != actor.pk:
            raise PhotoKeyTaken("这个照片编号已被别人用了，请重拍一张。")
        return stored, False
    try:
        clean = image_clean(data)
    except ImageRefused as refused:
        raise PhotoError(str(refused)) from refused
    photo = Photo(
        key=key, mime=MIME, size=len(clean), sha256=hashlib.sha256(clean).hexdigest(),
        uploaded_by=actor,
    )  # fmt: skip
    photo.file.save("photo", ContentFile(clean), save=False)
    photo.save(force_insert=True)
    Photo.objects.filter(pk=photo.pk).update(uploaded_at=at)
    return photo, True


def photos_bind(*, actor, visit, problems: dict[str, int | None]) -> int:
    """Give photographs (key → the problem's id, or None) to a visit; the number that were there to give.
    One statement; only the actor's own that nothing shows yet."""
    if not problems:
        return 0
    params = {
        "visit": visit.pk,
        "keys": list(problems),
        "problems": list(problems.values()),
        "by": actor.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(BIND, params)
        return cursor.rowcount


@transaction.atomic
def photo_withdraw(
    *, actor, photo: Photo, reason: str, at: datetime.datetime, address: str | None = None
) -> Photo:
    """Take a photograph of a visit or a problem back, with the reason (a person's ID card is on it): nobody sees
    it any more, row and file stay. Raises PhotoError without a reason, for the only one that proves a settled
    problem's correction, and when somebody was faster."""
    row = Photo.objects.select_for_update(of=("self",)).select_related("problem").get(pk=photo.pk)
    if row.withdrawn_at:
        raise PhotoError("这张照片已经撤回。")
    if not reason.strip():
        raise PhotoError("请写明撤回的理由，例如拍到了身份证。")
    if row.move_id and not row.problem.is_open:
        others = Photo.objects.standing().filter(move=row.move_id).exclude(pk=row.pk)
        if not others.exists():
            raise PhotoError("问题已凭这张照片办结，它是唯一的证明，不能撤回。")
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = at, actor, reason.strip()[:200]
    with pghistory.context(user=actor.pk, via="withdraw"):
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    about = row.problem or row.visit
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="photo",
        object_id=row.pk, area_code=about.area_id,
        detail={"act": "withdraw", "reason": row.withdraw_reason},
    )  # fmt: skip
    return row


def photos_sweep(*, at: datetime.datetime) -> int:
    """Take away photographs that nothing has shown for two weeks: drafts that were given up. Repeatable; the
    number taken."""
    until = at - datetime.timedelta(days=KEEP_LOOSE_DAYS)
    loose = Photo.objects.filter(visit=None, problem=None, move=None, uploaded_at__lt=until)
    count = 0
    for pk in loose.order_by("pk").values_list("pk", flat=True)[:2000]:
        with transaction.atomic():
            found = loose.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if found is not None:
                found.delete()
                transaction.on_commit(lambda file=found.file: file.storage.delete(file.name))
                count += 1
    return count
