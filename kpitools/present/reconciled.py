"""Our durations and verdicts beside the vendor's, in words: what agrees, and why the rest does not."""

from collections.abc import Iterator

from kpitools.findings.reconcile import Duration, Rate, Reason, Threshold
from kpitools.present.languages import N_, Words
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import duration, number, trimmed
from kpitools.present.screens import rates_table
from kpitools.present.view import View

DURATIONS = {
    "wait_s": N_("Wait"),
    "talk_s": N_("Talk time"),
    "handle_s": N_("Handling time"),
    "first_reply_s": N_("First reply, around the clock"),
    "first_reply_open_s": N_("First reply, in opening hours"),
    "resolution_s": N_("Resolution, around the clock"),
    "resolution_open_s": N_("Resolution, in opening hours"),
}
WHY = {
    "with_menu": N_("the vendor counts the phone menu"),
    "without_ringing": N_("the vendor leaves the ringing out"),
    "with_ringing": N_("the vendor adds the ringing"),
    "with_menu_and_ringing": N_("the vendor adds the phone menu and the ringing"),
    "with_menu_without_ringing": N_("the vendor counts the phone menu and leaves the ringing out"),
    "with_hold": N_("the vendor counts the hold"),
    "without_hold": N_("the vendor leaves the hold out"),
    "with_wrap": N_("the vendor counts the wrap-up"),
    "without_wrap": N_("the vendor leaves the wrap-up out"),
    "with_hold_and_wrap": N_("the vendor counts the hold and the wrap-up"),
    "with_wait": N_("the vendor counts the wait"),
    "talk_only": N_("the vendor counts the talk alone"),
    "opening_hours": N_("the vendor counts opening hours only"),
    "clock_hours": N_("the vendor counts around the clock"),
    "any_author": N_("the vendor takes the first message whoever wrote it, such as a bot or an automatic reply"),
    "first_reply": N_("the vendor stops the clock at the first reply"),
    "until_closed": N_("the vendor's clock runs until the request is closed"),
    "since_reopening": N_("the vendor's clock starts again when the request is reopened"),
    "reopened": N_("the request was reopened, which may be why"),
    "time_zone": N_("an instant is whole hours off: another time zone"),
    "minutes_as_seconds": N_("the vendor's column is in minutes and was read as seconds"),
    "hours_as_seconds": N_("the vendor's column is in hours and was read as seconds"),
    "milliseconds_as_seconds": N_("the vendor's column is in milliseconds and was read as seconds"),
    "seconds_as_minutes": N_("the vendor's column is in seconds and was read as minutes"),
}
"""The codes of `findings.reconcile.rules`."""
CLOCKS = {
    "queue": N_("from the queue"),
    "with_menu": N_("from the start of the phone menu"),
    "without_ringing": N_("until the telephone rings"),
}


def durations_table(view: View, compared: tuple[Duration, ...]) -> Markup:
    """Return each duration of ours beside the vendor's: how many are equal, and what explains the others."""
    words = view.words
    heads = (
        words.text("Duration"), words.text("Mean here"), words.text("Mean of the vendor"), words.text("Compared"),
        words.text("Equal"), words.text("What explains the others"),
    )  # fmt: skip
    rows = [_duration(view, one, heads) for one in compared]
    caption = words.text("Durations as computed here and as the vendor's own system computed them, row by row")
    return table("industry", caption, heads, rows)


def _duration(view: View, one: Duration, heads: tuple[str, ...]) -> Markup:
    words, enough = view.words, one.rows >= view.review.project.privacy.minimum_group
    means = [
        duration(words, mean) if enough and mean is not None else None for mean in (one.mean_ours, one.mean_theirs)
    ]
    rounded = one.step > 1 and words.text("to whole {unit}", unit=duration(words, one.step))
    return tag(
        "tr",
        tag("th", words.text(DURATIONS[one.ours]), tag("small", f"{one.ours} · {one.theirs}"), scope="row"),
        *(tag("td", mean, data_label=head) for mean, head in zip(means, heads[1:3], strict=True)),
        tag("td", tag("span", number(words, one.rows)), *_missing(words, one), data_label=heads[3]),
        tag("td", tag("span", number(words, one.equal)), tag("small", rounded) if rounded else None,
            data_label=heads[4]),
        tag("td", *_explained(view, one, examples=enough), data_label=heads[5]),
    )  # fmt: skip


def _missing(words: Words, one: Duration) -> Iterator[Markup]:
    """Say how many rows have one of the two alone."""
    if one.only_ours:
        yield tag("small", words.text("only here: {n}", n=number(words, one.only_ours)))
    if one.only_theirs:
        yield tag("small", words.text("only the vendor: {n}", n=number(words, one.only_theirs)))


def _explained(view: View, one: Duration, *, examples: bool) -> Iterator[Markup]:
    words = view.words
    for reason in one.reasons:
        yield tag("div", _said(words, reason))
    if not one.unexplained:
        return
    said = words.text("{reason}: {n}", reason=words.text("not explained"), n=number(words, one.unexplained))
    pairs = [
        words.text("{ours} here, {theirs} there", ours=duration(words, ours), theirs=duration(words, theirs))
        for ours, theirs in one.examples
    ]
    yield tag("div", said)
    if examples:
        yield tag("small", words.text("for instance: {examples}", examples=" · ".join(pairs)))


def _said(words: Words, reason: Reason) -> str:
    return words.text("{reason}: {n}", reason=words.text(WHY[reason.code]), n=number(words, reason.rows))


def verdict(view: View, found: Threshold) -> Markup:
    """Say which threshold the vendor's own "in time" was made with."""
    words = view.words
    clock, low = words.text(CLOCKS[found.clock]), duration(words, found.low)
    if found.high is None:
        where = words.text("no call that waited longer than {low} was judged", low=low)
    elif found.high <= found.low:
        where = words.text("about {low}", low=low)
    else:
        where = words.text("at least {low}, under {high}", low=low, high=duration(words, found.high))
    said = [
        words.text("The vendor's threshold for “in time”, counted {clock}: {where}.", clock=clock, where=where),
        words.plural(
            "It agrees with {agree} of {n} verdict.", "It agrees with {agree} of {n} verdicts.", found.rows,
            agree=number(words, found.agree), n=number(words, found.rows),
        ),
        _own_threshold(view, found),
    ]  # fmt: skip
    if found.early:
        said.append(words.plural(
            "{n} call that nobody answered counts as in time for the vendor.",
            "{n} calls that nobody answered count as in time for the vendor.",
            found.early, n=number(words, found.early),
        ))  # fmt: skip
    return tag("p", " ".join(said))


def _own_threshold(view: View, found: Threshold) -> str:
    """Say whether the service level of the project has the vendor's threshold."""
    seconds = view.review.project.kpi("service_level").parameters["seconds"]
    own = trimmed(view.words, seconds)
    if found.clock == "queue" and found.fits(seconds):
        return view.words.text("The threshold of the project, {own} s, is the same.", own=own)
    return view.words.text("The threshold of the project is another: {own} s.", own=own)


def nothing(view: View) -> Markup:
    """Say that there is nothing of a vendor's to compare with."""
    said = view.words.text(
        "No export carries durations, verdicts or figures that its vendor computed: there is nothing to compare with."
    )
    return tag("p", said, class_="note")


def sections(view: View, compared: tuple[Duration, ...], found: Threshold | None, rates: tuple[Rate, ...]) -> Markup:
    """Return all that can be compared."""
    parts = [durations_table(view, compared)] if compared else []
    parts += [verdict(view, found)] if found else []
    parts += [rates_table(view, rates)] if rates else []
    return joined(parts) if parts else nothing(view)
