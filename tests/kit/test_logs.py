import io
import json
import logging

import pytest
import structlog


@pytest.fixture
def lines():
    """What the configured handler writes, as objects."""
    # Another test's tool may have put a handler of its own beside it.
    handler = next(
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )
    stream, before = io.StringIO(), handler.stream
    handler.stream = stream
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.stream = before


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
