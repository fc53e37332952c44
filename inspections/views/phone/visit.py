"""One visit on the phone (mockup 10). With script every tap is kept on the phone and sent from there; without,
the same form saves the same visit."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.images import ImageRefused, image_clean

from ...enums import VisitKind
from ...forms.visit import BLANK, key_for, missing_in, sent_from, suspension_lacks, told_in
from ...queries.phone import may_open
from ...queries.sheet import sheet_of
from ...services.photos import MOST_BYTES, PhotoError, photo_store
from ...services.visits import VisitRefused, visit_submit
from .pages import VISIT
from .shared import frame, named, phone_page

CAMERA_BYTES = 15 * 1024 * 1024


def sheet_or_404(request, entity_id):
    """The visit page of a business that this account's cadre holds, or held lately."""
    on = timezone.localdate()
    bond = may_open(user=request.user, entity_id=entity_id, on=on)
    if bond is None:
        raise Http404
    return sheet_of(user=request.user, bond=bond, on=on)


def page(request, sheet, *, status=200, **more):
    context = {
        "sheet": sheet,
        "today": timezone.localdate(),
        "key": uuid.uuid4().hex,
        "started_at": timezone.now(),
        "plate_url": named("inspections:plate", sheet.entity.pk),
        "errors": [],
        "told": BLANK,
    }
    context |= frame(request, tab="") | more
    return render(request, "inspections/visit_make.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(VISIT)
@limited("visit-form", limit=60)
@phone_page
def make(request, entity_id):
    sheet = sheet_or_404(request, entity_id)
    if request.method == "GET":
        return page(request, sheet)
    told = told_in(request.POST, sheet)
    if "rest" in request.POST:
        return page(request, sheet, told=told)
    kind = (
        VisitKind.SUSPENDED if request.POST.get("kind") == VisitKind.SUSPENDED else VisitKind.VISIT
    )
    errors = missing_in(told, sheet) if kind == VisitKind.VISIT else suspension_lacks(told)
    if not errors:
        try:
            visit, _ = _save(request, sheet, told, kind)
        except VisitRefused as refused:
            errors = [sentence for told in refused.errors.values() for sentence in told]
        except DomainError as error:
            errors = [error.message]
    if errors:
        return page(request, sheet, status=422, told=told, errors=errors)
    messages.success(request, f"{sheet.entity.name}已上报。打印任务清单，双方签字后交主体留存。")
    return redirect(named("inspections:visit-detail", visit.pk) or "inspections:phone")


def _save(request, sheet, told, kind):
    at, photos = timezone.now(), {}
    for code in ["", *(line.item.code for line in sheet.lines)]:
        for number, file in enumerate(request.FILES.getlist(f"f-{code}")):
            key = key_for(told["key"], f"photo:{code}:{number}")
            photo_store(actor=request.user, key=key, data=_picture(file), at=at)
            photos.setdefault(code, []).append(key)
    sent = sent_from(told, sheet, kind=kind, photos=photos, finished_at=at.isoformat())
    return visit_submit(actor=request.user, sent=sent, at=at)


def _picture(file):
    """What the camera made is larger than what is kept: made smaller here, where no script did it."""
    if file.size > CAMERA_BYTES:
        raise PhotoError("照片太大，请在手机相机里选小一点的尺寸再拍。")
    data = file.read()
    if len(data) <= MOST_BYTES:
        return data
    try:
        return image_clean(data)
    except ImageRefused as refused:
        raise PhotoError(str(refused)) from refused
