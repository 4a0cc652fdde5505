"""The words for closed codes: kinds of benchmark, verdicts, reasons, channels. One table a code, nothing else."""

import re

from kpitools.present.languages import N_, Words

KINDS = {
    "aimed_at": N_("aimed at"),
    "attained": N_("attained"),
    "expected": N_("accepted by customers"),
    "observed": N_("observed"),
    "practice": N_("practice"),
    "legal": N_("required by law"),
}
SHORT = {"expected": N_("accepted")}
"""A kind in fewer words, where there is little room."""
WHAT = {
    "aimed_at": N_("what organisations aim at"),
    "expected": N_("what customers accept"),
    "observed": N_("what is observed elsewhere"),
    "legal": N_("what the law requires"),
}
VERDICTS = {
    "below": N_("below"),
    "inside": N_("within"),
    "above": N_("above"),
    "undetermined": N_("too close to tell"),
}
OF_DURATIONS = {
    "below": N_("shorter"),
    "above": N_("longer"),
    "not_below": N_("within or longer, too close to tell"),
    "not_above": N_("within or shorter, too close to tell"),
}
"""What `VERDICTS` and `WHY` say of other units, said of a duration: one below what customers accept is no bad one."""
CHANGES = {
    "better": N_("better"),
    "worse": N_("worse"),
    "moved": N_("has moved"),
    "watch": N_("to watch"),
    "usual": N_("as usual"),
    "unknown": N_("cannot tell"),
}
"""A KPI in a word: the codes of `state`."""
LOOKS = {
    "reached": N_("reached"),
    "on_course": N_("on course"),
    "at_risk": N_("at risk"),
    "missed": N_("missed"),
    "set_to_miss": N_("set to miss"),
    "not_yet": N_("not yet reached"),
    "unclear": N_("cannot tell"),
}
"""How a target looks: the codes of `say.goals`."""
COUNTED = {
    "better": N_("{n} better"),
    "worse": N_("{n} worse"),
    "moved": N_("{n} moved"),
    "watch": N_("{n} to watch"),
    "usual": N_("{n} as usual"),
    "unknown": N_("{n} without a verdict"),
    "reached": N_("{n} reached"),
    "on_course": N_("{n} on course"),
    "at_risk": N_("{n} at risk"),
    "missed": N_("{n} missed"),
    "set_to_miss": N_("{n} set to miss"),
    "not_yet": N_("{n} not yet reached"),
    "unclear": N_("{n} without a verdict"),
}
"""So many KPIs in a state, so many targets with a look."""
SMART = {
    "not_measurable": N_("no export measures it"),
    "no_date": N_("no date says by when"),
    "past": N_("its date was over before the data begin"),
    "too_near": N_("its date leaves no time to act"),
    "no_owner": N_("nobody is named as its owner"),
    "no_direction": N_("neither higher nor lower is better by itself"),
    "already_reached": N_("the year before was already there"),
    "out_of_reach": N_("no earlier period came near it"),
}
"""What makes a target a poor goal: the codes of `findings.shapes.SMART`."""
TABLES = {
    "contacts": N_("Customer contacts"),
    "requests": N_("Requests"),
    "surveys": N_("Surveys"),
    "customers": N_("Customers"),
    "orders": N_("Orders"),
    "messages": N_("Messages"),
    "advisers": N_("Advisers"),
    "figures": N_("Figures"),
}
"""What a canonical table holds."""
STATISTICS = {
    "share": N_("share"),
    "mean": N_("mean"),
    "median": N_("median"),
    "p80": N_("80th percentile"),
    "p90": N_("90th percentile"),
    "p95": N_("95th percentile"),
    "score": N_("score"),
    "count": N_("number"),
}
CHANNELS = {
    "phone": N_("Phone"),
    "callback": N_("Call-back"),
    "email": N_("E-mail"),
    "web_form": N_("Web form"),
    "chat": N_("Chat"),
    "messaging": N_("Messaging"),
    "social": N_("Social networks"),
    "sms": N_("Text messages"),
    "video": N_("Video"),
    "letter": N_("Letter"),
    "in_person": N_("In person"),
    "self_care": N_("Self-care"),
    "other": N_("Other channel"),
    "unknown": N_("Channel not known"),
}
REASONS = {
    "no_rows": N_("no data for this period"),
    "missing_table": N_("no export says anything about it"),
    "missing_column": N_("the exports do not hold what it takes"),
    "too_few": N_("too few answers or cases for an interval"),
    "under_minimum_group": N_("not shown: the group is too small"),
    "mixed_scales": N_("answers on several scales, which are never pooled"),
    "no_bound": N_("too few cases for an interval"),
    "declared_only": N_("not measured by this version of kpitools"),
    "mixed_touchpoints": N_("answers about single contacts and about the relation, which are never pooled"),
    "figures_only": N_("from figures that were added up elsewhere: how far they vary is not known, so no interval"),
    "figure_too_coarse": N_("its figures cover more than this period, and are not split"),
    "no_denominator": N_("its figures come without their denominators, so they cannot be pooled"),
}
"""Why a value or its interval is missing: the codes of `measure`."""

WHY = {
    "not_below": N_("within or above, too close to tell"),
    "not_above": N_("within or below, too close to tell"),
    "no_information": N_("too close to tell"),
    "no_interval": N_("cannot tell: the value has no interval"),
    "no_value": N_("no value for this period"),
    "no_reference": N_("no earlier value to compare with"),
    "incomplete": N_("not compared yet"),
    "no_segment": N_("not compared: it is about a part of the service that is not measured by itself"),
    "not_comparable": N_("shown only: it does not compare with ours"),
    "not_a_level": N_("shown only: it counts organisations or people"),
    "other_definition": N_("shown only: it is about another definition"),
    "no_direction": N_("neither reached nor missed: this KPI has no better direction"),
}
"""Why there is no verdict, or why it is undetermined: the codes of `findings.compare`."""

NO_EFFECT = {
    "too_few_after": N_("fewer than six weeks since the decision can be judged"),
    "too_few_before": N_("fewer than twelve weeks before the decision can be judged"),
    "no_values": N_("the KPI has no value to judge"),
    "no_variation": N_("its values never vary"),
    "jumps_before": N_("as large a move happened at more than a fifth of earlier dates"),
    "others_too": N_("the other teams cannot be told to have moved less"),
}
"""Why nothing is said of an effect, or a move is not laid to the decision: the codes of `findings.shapes.NO_EFFECT`."""

PARAMETERS = {
    "seconds": N_("The threshold in use is {value} s."),
    "short_seconds": N_("A call given up within {value} s does not count."),
    "hours": N_("A reply within {value} h is in time."),
    "days": N_("The window in use is {value} days."),
}
"""What a project may set in a definition, said in words."""

BETTER = {
    "higher": N_("Higher is better."),
    "lower": N_("Lower is better."),
    "context": N_("Neither higher nor lower is better by itself: read it with the others."),
    "none": N_("It says how much there is to do, not how well it is done."),
}
EXCLUDED = {
    "duplicate": N_("the same row again"),
    "earlier_version": N_("an earlier version of the row"),
    "identical_file": N_("rows of a file that was given twice"),
    "leg": N_("further legs of one contact"),
    "merged": N_("merged into another request"),
    "spam": N_("unwanted messages"),
    "deleted": N_("deleted requests"),
    "test": N_("tests"),
    "internal": N_("contacts within the company"),
    "not_sold": N_("offers that were not sold, or not yet"),
    "no_score": N_("answers without a score"),
    "no_figure": N_("rows without a figure"),
}
"""Why a readable row takes no part: the codes of an account of `sources`."""

LEFT_OUT = {
    "unreadable": N_("it cannot be read"),
    "other_columns": N_("it has other columns than the others"),
    "not_understood": N_("it is not understood"),
    "half_written": N_("it is still being written"),
}
"""Why a file of several is left out with all its rows: the codes of an account of `sources`."""

ASIDE = {
    r"no (?P<a>\w+)": N_("no {a}"),
    r"(?P<a>\w+) is before (?P<b>\w+)": N_("{a} is before {b}"),
    r"(?P<a>\w+) is not above (?P<b>\w+)": N_("{a} is not above {b}"),
    r"(?P<a>\w+) is after today": N_("{a} is after the day of the report"),
    r"an NPS scale that does not end at 10": N_("an NPS scale that does not end at 10"),
    r"(?P<a>\w+) of another row": N_("{a} of another row"),
    r"a quote that is not closed, or inside a quoted field": N_("a quote that is not closed, or inside a quoted field"),
    r"the header again": N_("the header again"),
    r"a negative count": N_("a negative count"),
    r"(?P<a>\w+) is longer than the contact": N_("{a} is longer than the contact"),
    r"a NUL byte: the file may be half written": N_("a NUL byte: the file may be half written"),
    r"not in the encoding of the rest of the file": N_("not in the encoding of the rest of the file"),
    r"score outside its scale": N_("score outside its scale"),
    r"numerator above its denominator": N_("numerator above its denominator"),
    r"a numerator without its denominator": N_("a numerator without its denominator"),
    r"a negative number": N_("a negative number"),
    r"no (?P<a>\w+) can be that": N_("no {a} can be that"),
    r"another figure of (?P<a>\w+) covers these days": N_("another figure of {a} covers these days"),
    r"start is not the first day of a (?P<a>\w+)": N_("the period does not begin on the first day of a {a}"),
    r"no JSON object": N_("no JSON object"),
    r"no line of a queue_log": N_("no line of a queue_log"),
    r"a call that entered its queue before this file begins": N_(
        "a call that entered its queue before this file begins"
    ),
    r"is no known KPI.*": N_("no known KPI"),
    r"is a KPI that no figure gives.*": N_("a KPI that no figure gives"),
    r"is no known value of (?P<a>\w+): .*": N_("no known value of {a}"),
    r"(?P<a>\d+) fields? where the header has (?P<b>\d+)": N_("{a} fields where the header has {b}"),
}
"""Why a row could not be used, where the reason names columns or counts; plain reasons are messages themselves."""

ASSUMED = {
    r"timezone_utc": N_("Times are taken as UTC."),
    r"channel_(?P<channel>[a-z_]+)": N_("The file names no channel: all contacts are taken as {channel}."),
    r"direction_inbound": N_("All contacts are taken as inbound."),
    r"direction_outbound": N_("All contacts are taken as outbound, as the name of the file says."),
    r"unanswered_is_abandoned": N_("A contact that was not answered counts as abandoned."),
    r"empty_is_no": N_("In a column that is ticked or empty, an empty cell is a no."),
    r"scale_(?P<low>\d+)_(?P<high>\d+)": N_("The scale of the score is taken as {low} to {high}."),
    r"score_is_csat": N_("A score without a name is taken for satisfaction."),
    r"score_in_words": N_("Answers in words are put on a scale, the worst lowest."),
    r"nps_by_group": N_("Answers are given as promoters, passives and detractors: each counts as one of its group."),
    r"survey_date_of_record": N_("Survey answers carry the date of the contact or request."),
    r"unit_seconds": N_("A duration without a unit is taken in seconds."),
    r"clock_minutes_seconds": N_("A duration of two parts is read as minutes and seconds."),
    r"talk_is_whole_call": N_("The duration of the call is taken as talk time."),
    r"column_by_its_cells": N_("A column was recognised by its values, not by its header."),
    r"date_order_of_other_column": N_("The order of day and month of a column follows the other date columns."),
    r"newest_state_counts": N_("Rows are events: the newest state of each request counts."),
    r"rows_are_legs": N_("Rows with one number are legs of one contact, which counts once."),
    r"last_row_counts": N_("Some requests come several times: the last row counts."),
    r"channel_codes_other": N_("Channels that are not known count as another channel."),
    r"status_codes_unknown": N_("States that are not known count as unknown."),
    r"states_by_their_end": N_(
        "States that are not known: a request that has a date of its end is solved, one without is open."
    ),
    r"closing_is_solving": N_("Requests have no date of solving: that of closing stands for it."),
    r"type_of_call": N_(
        "One column of types tells direction and outcome: a missed call came in, an incoming one was answered."
    ),
    r"mean_of_answered": N_("A mean in a summary is taken as that of the answered contacts."),
    r"dates_without_times": N_("The dates have no times: how long a request took is counted in whole days."),
    r"direction_codes_unknown": N_("Directions that are not known count as unknown."),
    r"row_is_customer": N_("No column numbers the customers: each row is taken for one customer."),
    r"snapshot_without_dates": N_("The customers are a list without dates: of all of them, those who have left."),
}
"""What `kpitools init` had to assume, by the id that it writes into the project file."""


def worded(words: Words, table: dict[str, str], code: str) -> str | None:
    """Say a code whose parts stand in the sentence; None where the table does not know it."""
    for form, message in table.items():
        if found := re.fullmatch(form, code):
            parts = {name: words.text(CHANNELS[part]) if name == "channel" and part in CHANNELS else part
                     for name, part in found.groupdict().items()}  # fmt: skip
            return words.text(message, **parts)
    return None
