import io
import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings


@pytest.fixture
def lines():
    """What the configured handler writes, as objects. Other tests' tools may have put the root logger's
    handlers away: the settings' own configuration is applied afresh, and taken back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logging.config.dictConfig(settings.LOGGING)
    handler = next(
        handler
        for handler in root.handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )
    handler.stream = stream = io.StringIO()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


def test_both_kinds_of_logger_write_one_json_object_a_line(lines):
    structlog.get_logger("entities").warning("upload_refused", code="E_TYPE", 文件="台账.xlsx")
    logging.getLogger("plain").warning("worker %s lost", 7)
    first, second = lines()
    assert (first["event"], first["code"], first["文件"]) == (
        "upload_refused",
        "E_TYPE",
        "台账.xlsx",
    )
    assert (first["level"], first["logger"]) == ("warning", "entities")
    assert second["event"] == "worker 7 lost"
    assert {"timestamp", "level", "logger"} <= set(second)


def test_a_traceback_shows_no_local_variable(lines):
    phone = "13800138000"
    try:
        raise ValueError(len(phone))
    except ValueError:
        logging.getLogger("plain").exception("failed")
        structlog.get_logger("entities").exception("failed")
    text = json.dumps(lines())
    assert text.count("ValueError: 11") == 2
    assert phone not in text
