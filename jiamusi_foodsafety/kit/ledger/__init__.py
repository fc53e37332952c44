"""The machinery of ledgers that people keep in spreadsheets: it knows columns, rows and findings, no noun.

A room brings its columns, its rules over a row, and the SQL that compares and writes. The modules that a
child process loads (columns, headings, rows, clean, staging, findings, reading, parse, words) import no
Django; the others keep an upload's life.
"""
