"""`python -m kpitools`."""

import sys

from kpitools.cli import main

sys.exit(main())
