"""Mapping files: how the exports of a known system become canonical tables, every key checked."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from kpitools.errors import ProjectError, UserError
from kpitools.faults import explain
from kpitools.project.parts import TABLE, Meaning, Part, Source
from kpitools.project.rules import Rule, Span
from kpitools.project.strict import Said, Texts


def _as_list(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    return [value] if isinstance(value, str) else value


Headers = Annotated[list[Said | Annotated[list[Said], Field(max_length=2)]], BeforeValidator(_as_list)]
"""Headers that a column may have, the first that a file has counts; a date and a time header are a list of two."""


class Export(Meaning):
    """One kind of file that a system writes, known by the headers of its `signature`.

    A header may have several spellings (dialects, languages): a list of them. `checked` says what was held against a
    real export, `unchecked` what follows documentation only.
    """

    name: Said
    signature: Annotated[list[Annotated[list[Said], BeforeValidator(_as_list)]], Field(min_length=1)]
    columns: dict[str, Headers] = Field(default_factory=dict)
    checked: str = ""
    unchecked: Texts = Field(default_factory=list)

    @model_validator(mode="after")
    def _possible(self) -> "Export":
        """Refuse what no source could say: an unknown column, a value that its column cannot hold."""
        plain_source(self, Source(files=["any"], system="any"), None)
        return self

    def lacks(self, headers: Collection[str]) -> list[str]:
        """Return the headers of the signature that a file does not have."""
        found = _plainly(headers)
        return [each[0] for each in self.signature if not any(_folded(one) in found for one in each)]


class System(Part):
    """A system, the kinds of file that it writes, and the documents that its mapping follows.

    One that is not `proposed` has headers that any file may have: `init` recognises those by their columns.
    """

    title: Said
    follows: Said
    proposed: bool = True
    export: Annotated[list[Export], Field(min_length=1)]


def load_systems(folder: Path) -> dict[str, System]:
    """Read the mapping files of a folder, each under its name; a fault in one is a `ProjectError` that names it."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            found[path.stem] = System.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
        except ValidationError as wrong:
            raise ProjectError(f"{path}: {explain(wrong, System)}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
            raise ProjectError(f"{path}: this is not valid TOML in UTF-8: {wrong}.") from None
        except UserError as wrong:
            raise ProjectError(f"{path}: {wrong}") from None
    return found


def plain_source(export: Export, given: Source, headers: Collection[str] | None) -> Source:
    """Return the source that reads a file with these headers as the export says, and as the project file has it.

    Columns that the file does not have are left out; a constant of the mapping then stands for them. What `given` says
    of a column counts before the mapping. Without `headers`, the file has all that the mapping knows.
    """
    there = None if headers is None else _plainly(headers)
    own = {*given.columns, *given.constants, *given.rules, *given.spans}
    return _checked(
        {
            "files": given.files, "system": TABLE, "sheet": given.sheet, "segments": given.segments,
            "table": export.table, "zone": given.zone or export.zone, "every": given.every or export.every,
            "units": export.units | given.units, "formats": export.formats | given.formats,
            "figures": _figures(export, there) | given.figures,
            "values": _values(export.values, given.values),
            "assumed": list(dict.fromkeys((*_assumed(export, own), *given.assumed))),
            **_told(export, given, own, there),
        }
    )  # fmt: skip


def _told(
    export: Export, given: Source, own: Collection[str], there: Mapping[str, str] | None
) -> dict[str, dict[str, Any]]:
    """Return what gives each column: a header, rules, a span or a constant, the project's own before the mapping's."""
    parts: dict[str, dict[str, Any]] = {
        "rules": {name: _rules(each, there) for name, each in export.rules.items()},
        "spans": {name: _span(each, there) for name, each in export.spans.items()},
        "columns": {name: _first(each, there) for name, each in export.columns.items()},
        "constants": export.constants,
    }
    told: dict[str, dict[str, Any]] = {}
    taken = {*own}
    for part, mapped in parts.items():
        told[part] = {name: said for name, said in mapped.items() if said not in ([], None) and name not in taken}
        taken |= {*told[part]}
    return {part: said | getattr(given, part) for part, said in told.items()}


def _assumed(export: Export, own: Collection[str]) -> list[str]:
    """Return what the mapping assumes and the project file does not say itself."""
    stated = {"scale_min", "scale_max"} & {*own}
    return [code for code in export.assumed if not (stated and code.startswith("scale_"))]


def _checked(said: dict[str, Any]) -> Source:
    try:
        return Source.model_validate(said)
    except ValidationError as wrong:
        raise ProjectError(explain(wrong, Source)) from None


def _folded(header: str) -> str:
    return " ".join(header.split()).lower()


def _plainly(headers: Collection[str]) -> dict[str, str]:
    """Return the headers of a file by their spelling without capitals and doubled spaces."""
    return {_folded(header): header for header in headers}


def _first(spellings: list[str | list[str]], there: Mapping[str, str] | None) -> list[str]:
    """Return the first header (or pair) that the file has, as the file spells it; empty where it has none."""
    for spelling in spellings:
        wanted = [spelling] if isinstance(spelling, str) else spelling
        if there is None:
            return wanted
        if all(_folded(header) in there for header in wanted):
            return [there[_folded(header)] for header in wanted]
    return []


def _rules(rules: list[Rule], there: Mapping[str, str] | None) -> list[Rule]:
    """Return the rules that can fit a row of the file; a column that is not there is an empty cell."""
    if there is None:
        return rules
    kept = []
    for rule in rules:
        absent = {header: texts for header, texts in rule.when.items() if _folded(header) not in there}
        if all("" in texts for texts in absent.values()):
            asked = {there[_folded(header)]: texts for header, texts in rule.when.items() if header not in absent}
            kept.append(rule.model_copy(update={"when": asked}))
    return kept if any(rule.when for rule in kept) else []


def _span(span: Span, there: Mapping[str, str] | None) -> Span | None:
    if there is None:
        return span
    ends = [[there[_folded(header)] for header in end if _folded(header) in there] for end in (span.start, span.end)]
    return Span(start=ends[0], end=ends[1]) if all(ends) else None


def _figures(export: Export, there: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the figures whose columns the file has."""
    found = {}
    for name, figure in export.figures.items():
        said = figure.model_dump(exclude_none=True)
        headers = {part: header for part, header in said.items() if part != "unit"}
        if there is None or all(_folded(header) in there for header in headers.values()):
            found[name] = said | ({} if there is None else {p: there[_folded(h)] for p, h in headers.items()})
    return found


def _values(mapped: dict[str, dict[str, list[str]]], given: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """Put the codes of the project file before those of the mapping: a text means what the project says it does."""
    merged: dict[str, Any] = {name: dict(codes) for name, codes in mapped.items()}
    for name, codes in given.items():
        told = {_folded(text) for texts in codes.values() for text in texts}
        kept = {code: [t for t in texts if _folded(t) not in told] for code, texts in merged.get(name, {}).items()}
        merged[name] = {code: [*kept.get(code, []), *codes.get(code, [])] for code in {**kept, **codes}}
    return merged
