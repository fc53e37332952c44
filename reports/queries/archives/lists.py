"""Which files belong together: a cadre's with those of his businesses, those of a unit's cadres."""

from django.db.models import QuerySet

from responsibility.enums import BatchKind
from responsibility.models import Assignment, Batch, Cadre


def files_of_cadre(*, user, pk: int) -> list[tuple[str, int]]:
    """The cadre's own file and those of the businesses that he holds now."""
    held = Assignment.objects.visible_to(user).active().filter(cadre=pk)
    ids = held.order_by("grade", "entity_id").values_list("entity_id", flat=True)
    return [("cadre", pk), *(("entity", one) for one in ids)]


def files_of_unit(*, user, code: str) -> QuerySet[Cadre]:
    """The cadres in post below a unit that the user may see; unordered."""
    return Cadre.objects.visible_to(user).within(code).in_post()


def archive_batch(*, user, pk: int) -> Batch | None:
    """A bundle of files that the user asked for himself."""
    found = Batch.objects.visible_to(user).filter(kind=BatchKind.ARCHIVE, made_by=user.pk)
    return found.select_related("area").filter(pk=pk).first()
