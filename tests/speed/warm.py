"""Run a script with pandas imported before it: `python warm.py SCRIPT ARGUMENTS...`."""

import runpy
import sys

import pandas as pd  # noqa: F401 - the import itself is what is wanted

sys.argv.pop(0)
runpy.run_path(sys.argv[0])
