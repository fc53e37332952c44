"""The door to a file on the page of a business and of a cadre: the file itself is put together on its own page."""


def entity_card(*, user, entity, on) -> dict | None:
    """Card 包保档案 of one business; no statement."""
    return _card(user, "reports:entity-archive", entity.pk)


def cadre_card(*, user, cadre) -> dict | None:
    """Card 包保档案 of one cadre; no statement."""
    return _card(user, "reports:cadre-archive", cadre.pk)


def _card(user, url_name, pk):
    if not user.has_perm("reports.view_archive"):
        return None
    return {
        "template": "reports/_archive_card.html",
        "is_side": True,
        "url_name": url_name,
        "key": pk,
    }
