"""Exports that are named together: a folder or a pattern, as it is given and as the project file has it."""

import re
from collections.abc import Collection, Iterable, Sequence
from glob import has_magic
from itertools import takewhile
from pathlib import Path

from kpitools.project.named import name_of
from kpitools.sources.files import is_read

_NUMBER_LAST, _WORD_LAST = re.compile(r"[0-9][0-9 _.-]*$"), re.compile(r"[^ _.-]*$")
_TELLS = 3
"""Characters; what fewer begin with may be anything."""


def expanded(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are meant: of a folder those that can be read, of a pattern those that it matches."""
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        found |= dict.fromkeys(_matches(path) or [path])
    return list(found)


def _matches(path: Path) -> list[Path]:
    """Return what a name stands for; nothing where it is that of one file."""
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and file.name[0] not in ".~" and is_read(file))
    if path.exists() or not has_magic(str(path)):
        return []
    return sorted(file for file in Path(path.anchor).glob(str(path.relative_to(path.anchor))) if file.is_file())


def names_of(files: Collection[Path], allowed: Collection[Path], folder: Path) -> list[str]:
    """Return how the project file names some files: by a pattern, so that a folder may fill up, else one by one.

    The pattern fits no file there is but those `allowed`; it says more than an ending, unless in a folder below.
    """
    own, others = ({path.resolve() for path in each} for each in (files, allowed))
    return next(
        ([pattern] for pattern in _patterns(files, folder) if own <= _matched(pattern, folder) <= others),
        [name_of(path, folder) for path in files],
    )


def _patterns(files: Collection[Path], folder: Path) -> list[str]:
    """Return patterns that may fit files of one place and ending, the most general first."""
    if len(files) < 2 or len({(path.parent, path.suffix) for path in files}) > 1:
        return []
    place, ending = next((path.parent, path.suffix) for path in files)
    start = _start([path.name for path in files])
    starts = [one for one in dict.fromkeys((_NUMBER_LAST.sub("", start), start)) if len(one) >= _TELLS]
    inside = place.resolve().is_relative_to(folder.resolve())
    below = [name_of(place, folder) + "/"] * (place.resolve() != folder.resolve())
    return (
        [f"{name}*{ending}" for name in (*(name_of(place / one, folder) for one in starts), *below)] if inside else []
    )


def _start(names: Sequence[str]) -> str:
    """Return what all names start with, and no part of a word."""
    pairs = zip(min(names), max(names), strict=False)
    start = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    within = any(name[len(start) :][:1].isalpha() for name in names)
    return _WORD_LAST.sub("", start) if within else start


def _matched(pattern: str, folder: Path) -> set[Path]:
    return {path.resolve() for path in folder.glob(pattern)}
