"""What a process loads that others are forked from: with little work, and so that each fork shares it."""

import gc
import importlib
import signal
import sys
from collections.abc import Iterable

_UNUSED = "rfc3987_syntax"
"""With it, `jsonschema` (nbformat's) builds a grammar of international web addresses, which takes longer than all else
together; no notebook is checked by it. Where it is not installed, `jsonschema` does without."""


def preload(names: Iterable[str]) -> None:
    """Import modules, and keep the collector of garbage from looking through what they hold, now and in all forks.

    Ctrl-C is for the process that asked: this one ends with it, and has nothing to say.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    sys.modules.setdefault(_UNUSED, None)  # type: ignore[arg-type] # so an import finds that there is none
    for name in names:
        importlib.import_module(name)
    if sys.modules[_UNUSED] is None:
        del sys.modules[_UNUSED]
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGINT, before)
