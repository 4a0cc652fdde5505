"""What would mend a row that was set aside, by the reason why it was."""

import re

_REMEDIES = {
    r"numerator above its denominator": "Correct one of the two: the numerator counts part of the denominator.",
    r"a numerator without its denominator": "Fill in the denominator too, or empty both.",
    r"a denominator without its numerator": "Fill in the numerator too (0 is a number), or empty both.",
    r"a number of cases without their figure": "Fill in the figure too, or empty both.",
    r"a negative (number|count)": "Write how many there were: 0 or more.",
    r"a negative duration": "Write how long it took: 0 or more.",
    r"not a whole number": "Write how many cases there were, without decimals.",
    r"not a number": "Write digits, such as 120 or 12.5, and nothing else.",
    r"not a duration.*": "Write a number in the column's unit, or h:mm:ss.",
    r"not a date|no such (day in the calendar|month)|a number where a date is expected": "Write a date, as 2026-10-05.",
    r"no \w+ can be that": "Correct it: no figure of this KPI lies there.",
    r"another figure of \w+ covers these days": "Keep one of the two.",
    r"start is after today": "Empty it until the period has begun.",
    r"entered_at is before start": "Move the figures to the line of their days, or correct the day of entry.",
    r"entered_at is after today": "Write the day of entry.",
    r"contact_id of another row": "Where the rows are legs of one call, map this column to root_id, not contact_id.",
    r"no start": "Write the first day.",
}
_BY_REASON = {re.compile(reason): said for reason, said in _REMEDIES.items()}


def remedy(reason: str) -> str:
    """Return what would mend a row that was set aside for this reason; empty where the reason says it itself.

    >>> remedy("not a whole number")
    'Write how many cases there were, without decimals.'
    """
    return next((said for form, said in _BY_REASON.items() if form.fullmatch(reason)), "")
