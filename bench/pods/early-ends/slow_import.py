"""Loads something for a while, and fails then."""

import os
import time

import dash

time.sleep(float(os.environ["IMPORT_SECONDS"]))
raise RuntimeError(f"nothing to show with Dash {dash.__version__}")
