"""The options of `manage.py bench`."""

PARTS = (
    "imports",
    "memory",
    "http",
    "export",
    "assign",
    "dues",
    "checks",
    "phones",
    "indicators",
    "pages",
)


def add_arguments(parser) -> None:
    parser.add_argument(
        "--full", action="store_true", help="django-import-export 也跑满次数（每次几分钟）"
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), help="只测这几部分"
    )
    parser.add_argument("--runs", type=int, default=5, help="每项次数，取中位数，默认 5")
    parser.add_argument("--large", type=int, default=1_000_000, help="大名录的家数，默认一百万")


def as_arguments(*, full: bool, only: list[str], runs: int, large: int, **_) -> list[str]:
    """The same options for another process."""
    return [
        *(["--full"] if full else []),
        "--runs",
        str(runs),
        "--large",
        str(large),
        "--only",
        *only,
    ]
