"""In a notebook, what cannot be shown is said in a sentence, and the cells that follow show nothing."""

import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from kpitools.errors import UserError

PAGE = "application/vnd.kpitools.page+json"
"""The media type by which a notebook tells its publisher that there is no page: {"refused": the sentence}."""


Given = ParamSpec("Given")
Made = TypeVar("Made")


class Refused:
    """What stands where nothing can be shown: whatever is asked of it is it again, and shows nothing."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever would be there
        """Return itself for every public name."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> "Refused":
        """Return itself, whatever is asked."""
        return self

    def __iter__(self) -> Iterator[Any]:
        """Hold nothing."""
        return iter(())

    def _ipython_display_(self) -> None:
        """Show nothing."""


def refusing(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """Have a notebook that runs say in a sentence what its user can mend, where else it would stop with an error.

    A function that is then asked about what was refused shows nothing either. Outside of notebooks errors are raised;
    within, one that is raised later on is shown in one line.
    """
    _in_one_line()

    @wraps(make)
    def made(*given: Given.args, **named: Given.kwargs) -> Made:
        before = next((each for each in (*given, *named.values()) if isinstance(each, Refused)), None)
        if before is not None:
            return cast("Made", before)
        try:
            return make(*given, **named)
        except UserError as wrong:
            if not _in_notebook():
                raise
            _say(str(wrong))
            return cast("Made", Refused())

    return made


def _in_one_line() -> None:
    """Have a notebook that runs show an error that its user can mend as one line, without where it was raised."""
    if "IPython" in sys.modules and _in_notebook():
        shell = sys.modules["IPython"].get_ipython()
        shell.set_custom_exc((UserError,), _line)


def _line(shell: Any, kind: type[UserError], wrong: UserError, trace: object, tb_offset: object = None) -> None:  # noqa: ANN401
    """Show an error as IPython does, but for the trace: it is one for whoever runs the notebook, papermill as well."""
    del trace, tb_offset
    shell._showtraceback(kind, wrong, [f"{kind.__name__}: {wrong}"])  # noqa: SLF001 - there is no public way


def _in_notebook() -> bool:
    from IPython import get_ipython  # noqa: PLC0415 - slow to import, and of no use outside of notebooks

    return hasattr(get_ipython(), "kernel")


def _say(sentence: str) -> None:
    from IPython.display import display  # noqa: PLC0415 - as above

    display({PAGE: {"refused": sentence}, "text/plain": sentence}, raw=True)  # type: ignore[no-untyped-call]
