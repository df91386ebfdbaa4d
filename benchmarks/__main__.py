"""Every benchmark, one after another, on the database that DATABASE_URL names: migrated and with its reference
data, and nobody's own."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planning.config.settings")


def main() -> int:
    """Print what was measured; 1 where a goal is missed."""
    django.setup()
    from benchmarks import england_timed, one_trust

    lines: list[str] = []
    for benchmark in (one_trust, england_timed):
        found = benchmark.run()
        print("\n".join(found), flush=True)
        lines += found
    return 1 if any(line.endswith("missed") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
