"""What a whole column shows about its cells: the order of day and month, the decimal mark, the unit.

Each decision answers with a hint for `parse_column`, or None where the column does not tell: then somebody
has to say it, and nothing is guessed.
"""

import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells.instants import NO_ZERO, PER_SECOND
from kpitools.sources.cells.text import MISSING

_NUMERIC_DATE = (
    r"^\s*(?:[A-Za-z\x{80}-\x{10FFFF}]{3,9}\.?,? )?"  # \pL would take a hundred times as long to compile
    r"(?P<a>[0-9]{1,4})[-/. ](?P<b>[0-9]{1,2})[-/. ](?P<c>[0-9]{4}|[0-9]{2})"
    r"(?:[^0-9].*)?$"
)
ORDERS = ("day first", "month first")
OTHER_ORDER = dict(zip(ORDERS, reversed(ORDERS), strict=True))
_SPACES = "[\u00a0\u202f\u2009]"


def decide_date_order(values: pa.Array | pa.ChunkedArray) -> str | None:
    """Say in which order a column's numeric dates are, or what its bare numbers count.

    A number beyond 12 shows where the day stands. Where some rows show one order and some the other, the
    more frequent one wins and the parser refuses the rest; a tie decides nothing.

    Returns:
        `day first`, `month first`, `year first`, `ISO`, `Excel serial`, `epoch seconds`, `epoch
        milliseconds`, `yymmdd`, two of them joined by a comma where a column mixes texts and numbers, or None.
        `0 is none` stands behind a count from 1970 in which some numbers are 0: programs write it for no instant.
    """
    if _all_iso(values):
        return "ISO"
    texts = _recorded(values)
    order, counted = _order(texts), _counted(texts)
    if order and counted:
        return counted if order == "ISO" else f"{order}, {counted}"
    if order or counted:
        return order or counted
    ordered = pc.match_substring_regex(texts, _NUMERIC_DATE)
    return None if len(texts) == 0 or pc.any(ordered).as_py() else "ISO"


def _all_iso(values: pa.Array | pa.ChunkedArray) -> bool:
    """Say at one glance whether all texts begin with a date of ISO 8601, as most columns of a million do."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)) or not len(values):
        return False
    return pc.all(pc.match_substring_regex(values, r"^(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[ T]|$)")).as_py() is True


def _recorded(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the distinct texts that record something, their spaces plain."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    texts = pc.utf8_trim_whitespace(pc.unique(values.cast(pa.string())).drop_null())
    texts = pc.replace_substring_regex(texts, _SPACES, " ")
    return texts.filter(pc.invert(pc.is_in(pc.utf8_lower(texts), pa.array(sorted(MISSING)))))


def _order(texts: pa.Array) -> str | None:
    """Weigh the distinct dates for each order."""
    dates = _dates(texts)
    years = [a for a, _, _ in dates if len(a) == 4]
    short = [(int(a), int(b), int(c)) for a, b, c in dates if len(a) < 3]
    if not short:
        return "ISO" if years else None
    if all(len(c) == 2 for _, _, c in dates) and _year_leads(short):
        return "year first"
    day = sum(12 < a <= 31 and b <= 12 for a, b, _ in short)
    month = sum(12 < b <= 31 and a <= 12 for a, b, _ in short)
    return "day first" if day > month else "month first" if month > day else None


def _year_leads(dates: list[tuple[int, int, int]]) -> bool:
    """Say whether the year is the first of three short numbers: beyond 31, or the same while the last are many days."""
    first, last = {a for a, _, _ in dates}, {c for _, _, c in dates}
    days = max(last) <= 31 and all(b <= 12 for _, b, _ in dates)
    return max(first) > 31 or (days and len(last) > max(7, 2 * len(first)))


def shows_other_order(values: pa.Array | pa.ChunkedArray, order: str) -> str | None:
    """Return the other order of day and month, where the dates show that one alone; None where some bear out `order`.

    One date among several that could be either is a typing error; where all show it, they are another dialect's.
    """
    dates = [(int(a), int(b)) for a, b, _ in _dates(_recorded(values)) if len(a) < 3]
    day, month = (sum(12 < one[at] <= 31 and one[1 - at] <= 12 for one in dates) for at in (0, 1))
    stated, contrary = (day, month) if order == "day first" else (month, day)
    return OTHER_ORDER.get(order) if not stated and contrary and (contrary > 1 or contrary == len(dates)) else None


def _dates(texts: pa.Array) -> list[tuple[str, str, str]]:
    """Return the distinct dates at the start of the texts, in three parts each."""
    found = pc.extract_regex(texts, _NUMERIC_DATE).drop_null()
    parts = [pc.struct_field(found, name) for name in "abc"]
    return [tuple(date.split("-")) for date in pc.unique(pc.binary_join_element_wise(*parts, "-")).to_pylist()]


_COUNTS = {
    "Excel serial": r"^[2-7][0-9]{4}(?:[.,][0-9]+)?$",  # 1954 to 2119
    "yymmdd": r"^[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$",
    "ISO": r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$",
    "epoch seconds": r"^1[0-9]{9}(?:[.,][0-9]+)?$",  # 2001 to 2033
    "epoch milliseconds": r"^1[0-9]{12}$",
    "epoch microseconds": r"^1[0-9]{15}$",
}


def _counted(texts: pa.Array) -> str | None:
    """Say what the bare numbers of a date column count, where all of them fit one way of counting."""
    numbers = texts.filter(pc.match_substring_regex(texts, r"^[0-9]+(?:[.,][0-9]+)?$"))
    if len(numbers) == 0:
        return None
    zero = pc.equal(numbers, "0")
    more = numbers.filter(pc.invert(zero))
    fitting = (name for name, form in _COUNTS.items() if pc.all(pc.match_substring_regex(more, form)).as_py())
    found = next(fitting, None) if len(more) else None
    if not pc.any(zero).as_py():
        return found
    return f"{found}, {NO_ZERO}" if found in PER_SECOND else None


def decide_decimal(values: pa.Array | pa.ChunkedArray) -> str | None:
    """Say which sign is a column's decimal mark, from the numbers that can be read in one way only.

    Returns:
        `decimal comma`, `decimal point`, or None where nothing or both are shown.
    """
    texts = _recorded(values)
    shown = {name: pc.any(pc.match_substring_regex(texts, form)).as_py() for name, form in _DECIMAL.items()}
    told = [name for name, seen in shown.items() if seen]
    return told[0] if len(told) == 1 else None


def _only(mark: str, other: str) -> str:
    """Match the numbers where `mark` can only be the decimal one: not before three digits, or behind the other."""
    no_group = rf"(?:[0-9]{{4,}}|0)?{mark}[0-9]+|[0-9]*{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})"
    behind = rf"[0-9]{{1,3}}(?:[{other}' ][0-9]{{3}})+{mark}[0-9]+|[0-9]{{1,3}}(?:{other}[0-9]{{3}}){{2,}}"
    return rf"^[^0-9.,]*(?:{no_group}|{behind})[^0-9.,]*$"


_DECIMAL = {"decimal comma": _only(",", r"\."), "decimal point": _only(r"\.", ",")}


def shows_decimal(texts: pa.Array, mark: str) -> bool:
    """Say whether texts in which this mark stands once at most show that it is the decimal one."""
    form = _DECIMAL["decimal comma" if mark == "," else "decimal point"]
    return any(pc.any(pc.match_substring_regex(some, form)).as_py() for some in (texts.slice(0, 1000), texts))


def decide_duration_unit(values: pa.Array | pa.ChunkedArray) -> str | None:
    """Say what the bare numbers between the clocks and units of a duration column count.

    Numbers below 1 beside clocks are times that a spreadsheet stored as fractions of a day; so are those beside units
    where one has as many decimals as no person writes. Seconds, minutes and hours look alike: only the header or the
    person can tell.

    Returns:
        `excel day fraction`, or None where the column shows nothing.
    """
    text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
    if text and not pc.any(pc.match_substring_regex(values, "[:hms]")).as_py():
        return None  # neither clock nor unit beside which a number could be a fraction of a day
    texts = _recorded(values)
    clocks = pc.match_substring_regex(texts, r"^[0-9]+:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]+)?$")
    numbers = texts.filter(pc.match_substring_regex(texts, r"^[0-9]+(?:[.,][0-9]+)?(?:[eE]-?[0-9]+)?$"))
    small = pc.match_substring_regex(numbers, r"^(?:0?[.,][0-9]+(?:[eE]-[0-9]+)?|[0-9][.,]?[0-9]*[eE]-[0-9]+|0)$")
    told = pc.any(clocks).as_py() or (
        pc.any(pc.match_substring_regex(texts, r"^[0-9].*[hms]")).as_py()
        and pc.any(pc.match_substring_regex(numbers, r"[.,][0-9]{5}|[eE]-")).as_py()
    )
    return "excel day fraction" if told and len(numbers) > 0 and pc.all(small).as_py() else None
