"""`python -m places_core.cli` is the `places` command, for where that is not on the path."""

from __future__ import annotations

import sys

from . import main


sys.exit(main())
