"""督查 of tier on tier: rounds, draws, results, findings, letters."""
