"""The demonstration's past: 30 days of reports with the history behind them. Nobody here exists."""
