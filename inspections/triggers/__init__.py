"""What the database keeps true by itself, one module a part. All counters at statement level.

Order of locks, the same everywhere: businesses by id, then cadres by id, then bonds, then due visits by id,
then visits and problems, then counters by key.
"""
