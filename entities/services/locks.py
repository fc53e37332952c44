"""The counties' locks: whatever writes many businesses of one county queues up here."""

# First key of the advisory locks: uploads, undo and merges of one county wait for each other.
COUNTY_LOCKS = 230800


def lock_counties(cursor, codes) -> None:
    """Take the counties' locks, in ascending code, until the transaction ends."""
    for code in sorted(set(codes)):
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [COUNTY_LOCKS, code])
