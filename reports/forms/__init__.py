"""Shapes of input of the reports."""
