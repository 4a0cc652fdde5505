"""`init` and `example`."""

from pathlib import Path

from kpitools.cli.output import progress, say


def write_example_project(folder: Path, contacts: int, seed: int) -> None:
    """Write the simulated project and say what to do with it."""
    from kpitools.simulate import write_example  # noqa: PLC0415

    with progress("Simulating a customer service"):
        written = write_example(folder, contacts, seed)
    say(f"Simulated example (nothing in it is real): {written}")
    say(f"Next: kpitools report --project {written}")


def start(files: list[Path], folder: Path, *, force: bool) -> None:
    """Recognise exports, write the project file, say what was understood and what is missing."""
    raise NotImplementedError(files, folder, force)
