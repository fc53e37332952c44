"""`python -m benchmarks`: started by `manage.py bench` on a database of its own."""

import argparse
import sys
import tempfile
from pathlib import Path

import django

from benchmarks.options import add_arguments


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench")
    add_arguments(parser)
    chosen = parser.parse_args()
    django.setup()
    # models are ready from here on
    from benchmarks import parts, report

    say(f"# 速度与内存\n\n{report.machine()}\n")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = parts.Bench(Path(folder), runs=chosen.runs, is_full=chosen.full, tell=tell)
        lines = bench.run(chosen.only, large=chosen.large)
    say(report.table(lines))
    say("\n" + report.summary(lines, runs=chosen.runs))


def say(text: str) -> None:
    print(text, flush=True)


def tell(text: str) -> None:
    """What goes on: apart from the table."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
