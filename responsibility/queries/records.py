"""A record as somebody saw it."""


def record_seen(*, row, revision: int):
    """The row as it stood at an earlier revision, from its history, unsaved; as it is now where the history
    does not know that revision."""
    event = row.events.filter(revision=revision).order_by("-pgh_id").first()
    if event is None:
        return row
    names = [field.attname for field in type(row)._meta.concrete_fields]
    return type(row)(**{name: getattr(event, name) for name in names})
