"""Reads for the dashboards, the daily report, exports and the API; each takes `user`."""

from .progress import Progress, ProgressRow, county_place, progress, progress_data

__all__ = ["Progress", "ProgressRow", "county_place", "progress", "progress_data"]
