"""Every error raised on purpose.

A `UserError` is something that the person at the keyboard can mend: its text says what is wrong, which
value, where, and what would be right. Commands print it in one line and exit with 2. Anything else that is
raised is a defect of kpitools.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(ValueError):
    """Something that the user can mend; the message says how. A command that meets it ends with `exit_code`."""

    exit_code = 2


class ProjectError(UserError):
    """The project file, or a file that it names, is missing or says something unknown."""


class SourceError(UserError):
    """An export cannot be read as the project file says."""


class PeriodError(UserError):
    """A text that is no period, or a period without data."""


class BenchmarkError(UserError):
    """A benchmark file says something unknown."""


class ReportError(UserError):
    """A report cannot be made as asked."""


class BusyError(UserError):
    """Another run works at this very moment on what this one needs; 75 is EX_TEMPFAIL of sysexits: try again later."""

    exit_code = 75


class UnknownNameError(UserError):
    """A name that is not in the list of known ones."""


def suggest(name: str, known: Iterable[str]) -> str:
    """Say what would have been right: the nearest known name, or all of them where there are few.

    >>> suggest("anser_rate", ["answer_rate", "nps"])
    "Did you mean 'answer_rate'?"
    >>> suggest("zzz", ["month", "week"])
    'Known: month, week.'
    >>> suggest("Paris", ["Europe/Madrid", "Europe/Paris"])
    "Did you mean 'Europe/Paris'?"
    """
    names = sorted(known)
    lowered = {n.lower(): n for n in names}
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    near = near or [n for n in lowered if name.lower() in n.split("/")[1:]]
    if near:
        return f"Did you mean {lowered[near[0]]!r}?"
    if not names:
        return "None is known here."
    shown = ", ".join(names[:12])
    return f"Known: {shown}." if len(names) <= 12 else f"Known: {shown} and {len(names) - 12} more."


def require_known(name: str, known: Iterable[str], what: str, error: type[UserError] = UnknownNameError) -> str:
    """Return `name` where it is known; else raise `error`, naming it and the nearest known one."""
    names = list(known)
    if name not in names:
        raise error(f"There is no {what} {name!r}. {suggest(name, names)}")
    return name
