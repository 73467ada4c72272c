"""The command line in a checkout: `python cli.py replay tests/scenarios`. Installed, it is `duecourse`."""

from __future__ import annotations

import sys

from engine.commands import main

if __name__ == "__main__":
    sys.exit(main())
