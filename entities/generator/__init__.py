"""Made-up county ledgers with realistic dirt, for the demo, the tests and the benchmark; pure Python."""
