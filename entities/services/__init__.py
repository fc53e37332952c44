"""Writes of the register: keyword-only, atomic, audited, kept in the history."""
