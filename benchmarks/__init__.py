"""What `manage.py bench` measures. Nothing of the product imports this; no test is timed."""
