"""Asks this machine's own /healthz, for the container: python -m jiamusi_foodsafety.kit.healthcheck."""

import os
import sys
import urllib.error
import urllib.request


def own_name() -> str:
    """A host name that the site answers to."""
    names = [name.strip() for name in os.environ.get("ALLOWED_HOSTS", "").split(",")]
    plain = [name.lstrip(".") for name in names if name and name != "*"]
    return plain[0] if plain else "localhost"


def main() -> int:
    port = os.environ.get("PORT", "8000")
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/healthz", headers={"Host": own_name()}
    )
    try:
        with urllib.request.urlopen(request, timeout=8) as response:  # noqa: S310
            return 0 if response.status == 200 else 1
    except (urllib.error.URLError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
