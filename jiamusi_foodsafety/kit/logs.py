"""Log lines: one JSON object a line, Chinese kept readable, tracebacks without local variables."""

import re

import structlog

# Database errors quote the row in their DETAIL line; a phone may stand anywhere.
PRIVATE = [
    (re.compile(r"\bDETAIL:[^\n]*"), "DETAIL: …"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "1**********"),
    # whoever has the address of a wall screen sees it
    (re.compile(r"(/wall/screen/)[^/\s?\"']+"), r"\1…"),
]


def hide_private(logger, method, line):
    """No phone number and no row of the register in a log line."""
    for key, value in line.items():
        if isinstance(value, str):
            line[key] = _without_private(value)
    return line


def _without_private(text):
    for pattern, instead in PRIVATE:
        text = pattern.sub(instead, text)
    return text


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    structlog.processors.StackInfoRenderer(),
    # Plain text: the richer ones print local variables, and with them phones and passwords.
    structlog.processors.format_exc_info,
    hide_private,
]


def configure_logs(level: str) -> dict:
    """Set structlog up and give Django's LOGGING, so that both kinds of logger write the same."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                ],
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        # axes writes account names into its lines; the audit log tells of tries
        "loggers": {"axes": {"level": "ERROR"}},
        "root": {"handlers": ["console"], "level": level},
    }
