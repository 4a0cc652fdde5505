"""The text of the project file: what was understood, with its evidence as comments, and what is still open."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kpitools import schema
from kpitools.project.rules import Rule
from kpitools.sources.recognise.model import Proposal, Question
from kpitools.sources.recognise.patterns import names_of
from kpitools.sources.recognise.words import says

LISTED = {"churn_rate": "lost_of_customers_listed", "retention_rate": "kept_of_customers_listed"}
"""The definitions that a list of customers without dates allows."""
FLAGGED = {"resolution_rate": "adviser_flag_of_contacts"}
"""The definition that contacts with an adviser's flag allow, where there are no tickets."""
FIRST, FIRST_WORDS = {"first_contact_resolution": "adviser_flag"}, ("fcr", "first", "premier", "1")
"""The same of a flag that says resolved at the first contact: another "no" may be resolved later."""
FROM_ONE = {"nps": "one_to_ten"}
"""The definition that answers from 1 to 10 allow."""
MADE_EASY = {"ces": "mean_ease"}
"""The definition of effort that answers allow of which a high one is good."""


def project_toml(proposals: Sequence[Proposal], given: Sequence[Path], folder: Path) -> str:
    """Return the text of `kpitools.toml`; a source that lacks an answer it cannot do without is commented out.

    `given` are the files that were named, those among them that nothing is recognised in.
    """
    lines = [
        "# Written by kpitools init. What had to be assumed is listed under `assumed` and printed on every page:",
        "# mend it here, and take its name off the list.",
        "",
        "[project]",
        'timezone = "UTC"  # the exports do not name one; write for example "Europe/Paris"',
        'assumed = ["timezone_utc"]',
    ]
    for one in proposals:
        others = {path for other in proposals for path in other.files} - set(one.files)
        block = _source(one, names_of(one.files, set(given) - others, folder))
        lines += ["", *(block if can_be_read(one) else [_commented(line) for line in block])]
    variants = _variants(proposals)
    if variants:
        lines += ["", "[definitions]", *(f'{kpi} = {{ variant = "{variant}" }}' for kpi, variant in variants.items())]
    return "\n".join(lines) + "\n"


def _variants(proposals: Sequence[Proposal]) -> dict[str, str]:
    """Return the definitions that the exports allow where they do not allow the default ones."""
    found = LISTED if any(one.undated for one in proposals) else {}
    contacts = [column for one in proposals if one.table == "contacts" for column in one.columns]
    flags = [header for column in contacts if column.column == "resolved" for header in column.headers]
    tickets = any(one.table == "requests" for one in proposals)
    if flags and not tickets:
        found = found | (FIRST if any(says(header, FIRST_WORDS) for header in flags) else FLAGGED)
    lowest = _said("scale_min", "nps", proposals)
    found = found | (FROM_ONE if 1 in lowest and 0 not in lowest else {})
    return found | (MADE_EASY if _said("polarity", "ces", proposals) == ["higher_better"] else {})


def _said(name: str, kind: str, proposals: Sequence[Proposal]) -> list[str | float]:
    """Return what the surveys of a kind say of a constant, each answer once."""
    constants = [{k: v for d in one.decisions for k, v in d.constants.items()} for one in proposals]
    return list(dict.fromkeys(said[name] for said in constants if said.get("kind") == kind and name in said))


def can_be_read(one: Proposal) -> bool:
    """Say whether all that the table requires is there; a known system says it."""
    if one.system:
        return True
    given = {column.column for column in one.columns} - one.held_back
    given |= {name for decision in one.decisions for name in (*decision.constants, *decision.rules)}
    given |= {"kpi"} if one.figures else set()
    if any(question.key.endswith((":every", ":sheets")) for question in one.questions):
        return False
    if "polarity" not in given and any(decision.constants.get("kind") == "ces" for decision in one.decisions):
        return False
    return not schema.TABLES[one.table].lacking(given)


def _commented(line: str) -> str:
    return line if line.startswith("#") or not line else f"# {line}"


def _source(one: Proposal, names: Sequence[str]) -> list[str]:
    lines = [said for question in one.questions for said in _open(question)]
    more = "" if len(names) == len(one.files) else f"{len(one.files)} files; new ones that it fits are read as well"
    lines += ["[[source]]", f"files = {_list(names)}{_remark(more)}"]
    lines += [f"sheet = {_text(one.sheet)}"] if one.sheet else []
    if one.system:
        return [*lines, f"system = {_text(one.system)}{_remark(one.evidence)}"]
    lines += [f'table = "{one.table}"']
    lines += [f'every = "{one.every}"'] if one.every else []
    lines += [f"assumed = {_list(one.assumed)}"] if one.assumed else []
    lines += ["", "[source.columns]", *_columns(one)]
    if one.not_used:
        lines.append(f"# not used: {' '.join(', '.join(one.not_used).split())}")
    lines += _part("figures", [f"{kpi} = {_table(parts)}" for kpi, parts in one.figures.items()])
    constants = [(name, value, d.evidence) for d in one.decisions for name, value in d.constants.items()]
    lines += _part("constants", [f"{name} = {_text(value)}{_remark(why)}" for name, value, why in constants])
    rules = [(name, rules, d.evidence) for d in one.decisions for name, rules in d.rules.items()]
    lines += _part("rules", [said for name, given, why in rules for said in _rules(name, given, why)])
    for part in ("units", "formats"):
        entries = [(name, value, d.evidence) for d in one.decisions for name, value in getattr(d, part).items()]
        lines += _part(part, [f"{name} = {_text(value)}{_remark(why)}" for name, value, why in entries])
    for decision in one.decisions:
        for column, values in decision.values.items():
            lines += _part(f"values.{column}", [f"{value} = {_list(texts)}" for value, texts in values.items()])
    return lines


def _open(question: Question) -> list[str]:
    return [f"# To decide: {' '.join(question.text.split())}", f"#   {' '.join(question.line.split())}"]


def _columns(one: Proposal) -> list[str]:
    made = []
    for column in one.columns:
        headers = _text(column.headers[0]) if len(column.headers) == 1 else _list(column.headers)
        held = "# " if column.column in one.held_back else ""
        made.append(f"{held}{column.column} = {headers}{_remark(column.evidence)}")
    return made


def _rules(name: str, rules: Sequence[Rule], why: str) -> list[str]:
    """Return the lines of a column that rules make, a rule a line."""
    made = []
    for rule in rules:
        when = ", ".join(f"{_text(header)} = {_list(texts)}" for header, texts in rule.when.items())
        made.append(f"  {{ is = {_text(rule.value)}" + (f", when = {{ {when} }}" if when else "") + " },")
    return [f"{name} = [{_remark(why)}", *made, "]"]


def _part(name: str, lines: Sequence[str]) -> list[str]:
    return ["", f"[source.{name}]", *lines] if lines else []


def _remark(text: str) -> str:
    return f"  # {' '.join(text.split())}" if text else ""


def _text(value: str | float) -> str:
    """Write a value as TOML; a JSON string is a TOML basic string."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _table(parts: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{name} = {_text(said)}' for name, said in parts.items())} }}"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
