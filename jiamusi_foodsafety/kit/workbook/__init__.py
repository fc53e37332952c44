"""Spreadsheets from strangers: scan first, then read; and write plain or styled ones.

Nothing here knows what a row means, and nothing here imports Django: the readers run in a
small child process.
"""
