"""The command line: thin commands over the package. Heavy imports wait until a command needs them."""

import re
import sys
from io import TextIOWrapper

from kpitools.errors import UserError

__all__ = ["main"]

STOPPED = 130
"""What a command ends with that Ctrl-C stopped: 128 and the number of the signal."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 some reports failed, 2 the user can mend it, 75 busy.

    What the user can mend is said in one line on stderr, without a traceback.
    """
    _write_what_the_terminal_lacks()
    try:
        from kpitools.cli.commands import app  # noqa: PLC0415 - typer is not needed to import kpitools

        code = app(arguments, standalone_mode=False)
    except UserError as wrong:
        print(f"kpitools: {wrong}", file=sys.stderr)  # noqa: T201 - this is where messages are written
        return wrong.exit_code
    except KeyboardInterrupt:
        code = STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as wrong:  # noqa: BLE001 - what is no fault of the command line is raised again
        code = _usage(wrong)
    if code == STOPPED:
        print("kpitools: stopped", file=sys.stderr)  # noqa: T201
    return code if isinstance(code, int) else 0


def _usage(wrong: Exception) -> int:
    """Show a fault of the command line or of a file as such; let a defect of kpitools through."""
    show = getattr(wrong, "show", None)
    if show is not None:
        show()
        return int(getattr(wrong, "exit_code", 2))
    if type(wrong).__name__ == "Abort":
        return STOPPED
    if damaged := re.search(r'Failed to read file "(.+)": (.+)', str(wrong)):  # DuckDB's, of rows read when asked for
        print(f"kpitools: {damaged[1]}: damaged within ({damaged[2]}). Export it again.", file=sys.stderr)  # noqa: T201
        return UserError.exit_code
    raise wrong


def _write_what_the_terminal_lacks() -> None:
    """Write a character that the terminal's encoding lacks as its code, instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
