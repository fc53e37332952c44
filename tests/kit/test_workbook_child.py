import signal
import subprocess
import sys
import time

import pytest

from jiamusi_foodsafety.kit.workbook.child import run_limited
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused
from tests.kit.workbook_files import save, xlsx

MB = 1024 * 1024


def run(code, *, stdin=b"", memory=512 * MB, seconds=30):
    return run_limited([sys.executable, "-c", code], stdin=stdin, memory_bytes=memory, seconds=seconds)  # fmt: skip


def failure(code, **options):
    with run(code, **options) as child:
        child.stdout.read()
        with pytest.raises(WorkbookRefused) as refusal:
            child.wait()
    return refusal.value


def test_input_output_and_messages_pass_side_by_side():
    code = (
        "import sys, json\n"
        "job = sys.stdin.read()\n"
        "for n in range(5000):\n"
        "    print(json.dumps({'done': n, 'pad': 'x' * 100}), file=sys.stderr)\n"
        "    print(job[:100] * 10)\n"
    )
    with run(code, stdin=b"j" * 500_000) as child:
        size = len(child.stdout.read())
        messages = list(child.messages())
        child.wait()
    assert size == 5000 * 1001
    assert [message["done"] for message in messages] == list(range(5000))


def test_a_child_that_aborts_is_a_corrupt_file():
    assert failure("import os; os.abort()").code == "E_CORRUPT"


def test_a_parser_that_aborts_leaves_the_caller_alive(tmp_path):
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = save(tmp_path, xlsx(far))
    code = f"import python_calamine as p; p.load_workbook({str(path)!r}).get_sheet_by_index(0)"
    with run(code) as child:
        with pytest.raises(WorkbookRefused, match="E_CORRUPT"):
            child.wait()
        assert child.process.returncode == -signal.SIGABRT


def test_a_child_that_fails_is_a_corrupt_file_and_its_words_are_kept():
    with run("raise ValueError('because')") as child:
        with pytest.raises(WorkbookRefused, match="E_CORRUPT"):
            child.wait()
        assert any("because" in line for line in child.tail)


def test_a_child_out_of_memory_is_too_large_a_file():
    code = "from jiamusi_foodsafety.kit.workbook.child import limit_self; limit_self(); x = bytearray(10**9)"
    assert failure(code, memory=256 * MB).code == "E_TOO_LARGE"


def test_the_limits_hold_even_if_the_child_forgets_them():
    code = "import time; time.sleep(0.5); x = bytearray(10**9)"
    assert failure(code, memory=256 * MB).code == "E_TOO_LARGE"


def test_a_child_out_of_time_is_killed_with_all_it_started():
    code = (
        "import subprocess, sys, json, time\n"
        "p = subprocess.Popen(['sleep', '60'])\n"
        "print(json.dumps({'pid': p.pid}), file=sys.stderr, flush=True)\n"
        "time.sleep(60)\n"
    )
    with run(code, seconds=2) as child:
        started = next(child.messages())["pid"]
        with pytest.raises(WorkbookRefused) as refusal:
            child.wait()
    assert refusal.value.code == "E_TOO_LARGE"
    assert has_ended(started)


def test_leaving_early_ends_the_child():
    with run("import time; time.sleep(60)") as child:
        pass
    assert child.process.returncode == -signal.SIGKILL


def has_ended(pid):
    for _ in range(50):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout  # fmt: skip
        if not state.strip() or state.startswith("Z"):
            return True
        time.sleep(0.1)
    return False
