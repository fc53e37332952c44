"""What the pages of 两员与日周月 share."""

from django.http import Http404
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ...queries.safety import compliance_get, may_add, person_get

VIEW = "inspections.view_entitycompliance"
ADD = "inspections.add_safety"
CHANGE = "inspections.change_safety"
EXPORT = "inspections.export_compliance"
LIST = "inspections:safety-list"
DETAIL = "inspections:safety-detail"


def row_or_404(request, pk, *, to_add=False):
    """A business of the user's scope; `to_add`: one about which he may write."""
    row = compliance_get(user=request.user, pk=pk)
    if row is None or (to_add and not may_add(user=request.user, entity=row.entity)):
        raise Http404
    return row


def person_or_404(request, pk, *, to_add=False):
    person = person_get(user=request.user, pk=pk)
    if person is None or (to_add and not may_add(user=request.user, entity=person.entity)):
        raise Http404
    return person


def crumbs(user, entity, last=""):
    """The way down to the business's area as far as the user may see it, and the business."""
    path, scope, area = [], area_scope(user), entity.area
    while area is not None:
        if scope.covers(area.code):
            path.append(area)
        area = area.parent
    base = reverse(LIST)
    found = [
        {"label": "两员与日周月", "url": base},
        *({"label": a.name, "url": f"{base}?area={a.code}"} for a in reversed(path)),
    ]
    if last:
        found += [
            {"label": entity.name, "url": reverse(DETAIL, args=[entity.pk])},
            {"label": last, "url": ""},
        ]
    return found
