"""Rendering of log lines: one JSON object a line, Chinese kept readable."""

import structlog

render_json = structlog.processors.JSONRenderer(ensure_ascii=False)
