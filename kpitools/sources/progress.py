"""Who is told what is being read."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Is called with the name of each file, query or frame as it is opened."""
