"""`init` and `example`."""

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kpitools.cli.output import progress, say, table, writing
from kpitools.errors import ProjectError, UserError, require_known

if TYPE_CHECKING:
    from kpitools.sources.recognise import Question, Recognised, Sample


def write_example_project(folder: Path, contacts: int, seed: int) -> None:
    """Write the simulated project and say what to do with it."""
    from kpitools.simulate import write_example  # noqa: PLC0415

    with writing(folder), progress("Simulating a customer service"):
        written = write_example(folder, contacts, seed)
    say(f"Simulated example (nothing in it is real): {written}")
    say(f"Next: kpitools report --project {written}")


def start(files: list[Path], folder: Path, *, force: bool) -> None:
    """Recognise exports, write the project file, and say what was understood, assumed and missing.

    What decides a number and cannot be inferred is asked on a terminal, and refused elsewhere with the line to add.
    """
    from kpitools.project import FILE  # noqa: PLC0415
    from kpitools.publish.files import write_whole  # noqa: PLC0415
    from kpitools.sources.recognise import recognise  # noqa: PLC0415

    path = folder / FILE
    if path.exists() and not force:
        raise ProjectError(f"{path} is there already. To replace it: kpitools init --force ...")
    with progress("Looking at the exports"):
        found = recognise(files, folder)
    answers: dict[str, str] = {}
    said: dict[str, str] = {}
    while found.questions and sys.stdin.isatty():
        question = found.questions[0]
        if question.key in answers or question.text not in said:  # two tables may ask the same of one column
            said[question.text] = _ask(question)
        answers[question.key] = said[question.text]
        found = recognise(files, folder, answers=answers)
    write_whole(path, found.toml)
    _tell(found, path)
    if found.questions:
        raise ProjectError(f"{path} is written, but not complete. {' '.join(map(_open, found.questions))}")


def _open(question: "Question") -> str:
    """Say what only a person can decide, with the line that decides it."""
    return f"{question.text} Add: {' '.join(question.line.split())}"


def _ask(question: "Question") -> str:
    """Ask until the answer is one of the choices."""
    import typer  # noqa: PLC0415

    def chosen(text: str) -> str:
        try:
            return require_known(text.strip().lower(), question.choices, "answer")
        except UserError as unknown:
            raise typer.BadParameter(str(unknown)) from None

    return str(typer.prompt(f"{question.text} ({' / '.join(question.choices)})", value_proc=chosen, err=True))


def _tell(found: "Recognised", path: Path) -> None:
    for sample, account in zip(found.sample, found.accounts, strict=False):
        _show(sample, account.source)
    for account in found.accounts:
        excluded, aside = sum(account.excluded.values()), sum(account.set_aside.values())
        balance = f"{account.read} rows read = {account.used} used + {excluded} excluded + {aside} set aside"
        say(f"{account.source}: {balance}")
    for source in found.sources:
        place = f"{source.files[0].name} → {source.table}"
        _assumed(place, source.assumed)
        if source.not_used:
            say(f"{place}: columns not used: {', '.join(source.not_used)}")
    _assumed("project", tomllib.loads(found.toml)["project"].get("assumed", ()))
    for why in found.not_recognised.values():
        say(why)
    say(f"Can be measured: {', '.join(found.kpis) or 'nothing yet'}")
    for lacking in dict.fromkeys(found.missing.values()):
        kpis = ", ".join(kpi for kpi, why in found.missing.items() if why == lacking)
        say(f"Cannot be measured for want of {lacking}: {kpis}")
    if found.questions:
        return
    undated = all(source.undated for source in found.sources)
    then = "kpitools measure (a report needs customers.started_at)" if undated else "kpitools report"
    say(f"Written: {path}. Next: kpitools check, then {then}")


def _assumed(place: str, codes: Iterable[str]) -> None:
    """Say in a sentence what was assumed, and under which name it stands in the project file."""
    from kpitools.present.codes import ASSUMED, worded  # noqa: PLC0415
    from kpitools.present.languages import words  # noqa: PLC0415

    for code in codes:
        say(f"{place}: assumed: {worded(words('en'), ASSUMED, code) or code} ({code})")


def _show(sample: "Sample", source: str) -> None:
    """Print ten rows as the file has them, then as they are read."""
    for how, names, rows in (("as written", sample.headers, sample.raw), ("as read", sample.columns, sample.read)):
        table([dict(zip(names, row, strict=True)) for row in rows], names, f"{source}, {how}")
