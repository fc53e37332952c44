"""Rows of the administration. `model_rows` gives the usual five of one ModelAdmin."""

from . import Row

# Whoever has no seat in the administration is sent to the login page's owner: 403 from the one door.
SEATED = frozenset({"city_admin", "system_admin", "auditor"})


def model_rows(
    name,
    *,
    near,
    far=frozenset(),
    make=None,
    view=None,
    add=frozenset(),
    delete=frozenset(),
    extra=(),
):
    """The rows of `admin:<name>_…`: `near`/`far` may open the record made by `make(world, where)`,
    `view` may open the list, `add` and `delete` those pages. `extra`: names such as "export"."""
    view = near if view is None else view
    rows = {
        f"admin:{name}_changelist": Row(near=view),
        f"admin:{name}_add": Row(near=add),
    }
    for act in ("change", "history"):
        rows[f"admin:{name}_{act}"] = Row(near=near, far=far, args=make)
    rows[f"admin:{name}_delete"] = Row(near=near & delete, far=far & delete, args=make)
    for act in extra:
        rows[f"admin:{name}_{act}"] = Row(near=view)
    return rows


ROWS = {
    "admin:index": Row(near=SEATED),
    "admin:login": Row(near=SEATED, status=302, denied=302),
}
EXEMPT = {}
