"""Pages of the cadre ledger: upload, follow, choose columns, review, confirm, undo."""
