"""Tables equal to the register's, without triggers; and the databases as before a first load."""

from django.db import connection, models

from entities.models import Entity

FLOOR, PEER = "bench_floor", "bench_peer"
LOADED = (
    "entities_entity", "entities_entityevent", "entities_entitytally", "entities_ledgerfinding",
    "entities_ledgermissing", "entities_ledgerrow", "entities_ledgerupload",
    "entities_ledgeruploadevent",
)  # fmt: skip


def make_tables() -> None:
    """The tables of the floor and of the peer: columns, checks, indexes and keys of the register's."""
    with connection.cursor() as cursor:
        for table in (FLOOR, PEER):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(f"CREATE TABLE {table} (LIKE entities_entity INCLUDING ALL)")
            cursor.execute(
                f"""ALTER TABLE {table}
                    ADD FOREIGN KEY (area_id) REFERENCES jurisdiction_area,
                    ADD FOREIGN KEY (category_id) REFERENCES entities_category,
                    ADD FOREIGN KEY (suggested_rule_id) REFERENCES entities_gradingrule,
                    ADD FOREIGN KEY (station_override_id) REFERENCES jurisdiction_station"""
            )


def forget_loads() -> None:
    """Empty tables of which the planner knows nothing, as on a fresh database; dirty pages written."""
    tables = [*LOADED, FLOOR, PEER]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(name) FROM unnest(%s) AS name", [tables])
        tables = [name for (name,) in cursor.fetchall() if name]
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        cursor.execute("DELETE FROM pg_statistic WHERE starelid = ANY(%s::regclass[])", [tables])
        cursor.execute("CHECKPOINT")


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def peer_model() -> type[models.Model]:
    """An equal model over the peer's table: the register's fields, no history, no counters."""
    fields = {field.name: _copied(field) for field in Entity._meta.concrete_fields}
    meta = type("Meta", (), {"app_label": "entities", "managed": False, "db_table": PEER})
    return type("BenchPeer", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def _copied(field):
    if isinstance(field, models.ForeignKey):
        return models.ForeignKey(
            field.related_model, field.remote_field.on_delete, null=field.null, blank=field.blank,
            related_name="+", db_index=False,
        )  # fmt: skip
    return field.clone()
