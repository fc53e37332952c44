"""Reads of the register that feed a screen or an export; each takes `user`."""
