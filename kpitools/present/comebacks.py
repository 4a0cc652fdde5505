"""Why customers come back: the reasons noted for further contacts, beside what the public says."""

from typing import Any

from kpitools.benchmarks import Benchmark
from kpitools.findings.reference import Measured, against_band
from kpitools.present import industry
from kpitools.present.codes import VERDICTS
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import between, decimals, level, number, stated
from kpitools.present.scorecard import reason
from kpitools.present.spark import bar
from kpitools.present.view import View, measured, records
from kpitools.stats.band import Band

KPI = "repeat_reasons"
REASONS = {
    "not_taken_into_account": N_("The request was not taken into account"),
    "answer_raised_another": N_("The answer raised another request"),
    "wrong_service": N_("Sent to the wrong service"),
    "answer_not_clear": N_("The answer was not clear"),
    "other": N_("Another reason"),
}


def comebacks(view: View) -> Markup:
    """Return each reason with its share, its interval, and the share that a survey of the public found.

    Nothing where the project does not measure the reasons; where nobody noted any in the period, the page says so.
    """
    mixes = view.review.mixes
    if not len(mixes):
        return Markup("")
    rows = records(mixes[(mixes["kpi"] == KPI) & (mixes["period"] == str(view.review.period))])
    if not rows:
        return Markup("")
    known = [row for row in rows if row["category"] in REASONS and measured(row).value is not None]
    words = view.words
    if not known:
        return tag("p", reason(view, measured(rows[0]).reason), class_="note")
    heads = [words.text("Reason"), words.text("Here"), words.text("Among the public"), words.text("Verdict"),
             words.text("Here (bar), public (mark)")]  # fmt: skip
    order = {name: place for place, name in enumerate(REASONS)}
    scale = max(_top(view, row) for row in known)
    known.sort(key=lambda row: order[row["category"]])
    n = measured(known[0]).n
    caption = words.plural(
        "Reasons of {n} further contact for which one was noted, with the 95% interval",
        "Reasons of {n} further contacts for which one was noted, with the 95% interval",
        n, n=number(words, n),
    )  # fmt: skip
    made = table("industry reasons", caption, heads, [_row(view, row, scale, heads) for row in known])
    return joined([made, _source(view)])


def _top(view: View, row: dict[str, Any]) -> float:
    """Return the larger of our share and the published one: the bars end there at most."""
    figure = _figure(view, row["category"])
    return max(float(row["value"]), (figure.value or 0.0) if figure else 0.0)


def _row(view: View, row: dict[str, Any], scale: float, heads: list[str]) -> Markup:
    words, now, figure = view.words, measured(row), _figure(view, row["category"])
    share = level(words, "share", now.value or 0.0, now.low, now.high)
    value = [tag("data", share, value=f"{now.value:.12g}")]
    if now.low is not None and now.high is not None:
        value.append(tag("small", between(words, "share", now.low, now.high, decimals("share", now.low, now.high))))
    theirs = None if figure is None else figure.value
    said = words.text("{share} here", share=share)
    if theirs is not None:
        said = words.text("{share} here, {other} among the public", share=share, other=stated(words, "share", theirs))
    category = str(row["category"])
    name = words.text(REASONS[category])
    drawn = bar((now.value or 0.0) / scale, None if theirs is None else theirs / scale, said)
    public = [] if theirs is None else [tag("span", stated(words, "share", theirs))]
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", *value, data_label=heads[1]),
        tag("td", *public, data_label=heads[2]),
        tag("td", tag("span", _verdict(view, row, theirs)), data_label=heads[3]),
        tag("td", drawn, data_label=heads[4]),
    )


def _verdict(view: View, row: dict[str, Any], theirs: float | None) -> str:
    """Say by the intervals whether a reason is rarer or more frequent than the public says."""
    if theirs is None:
        return ""
    held = against_band(Measured.of(row), Band(theirs, theirs))
    given = held.verdict or "undetermined"
    return view.words.text(VERDICTS[given])


def _figure(view: View, category: str) -> Benchmark | None:
    mine = (one for one in view.review.benchmarks if one.speaks_of(KPI) and one.category == category)
    return next(mine, None)


def _source(view: View) -> Markup | None:
    """Name the survey, and why it compares in part only."""
    figure = next((one for one in view.review.benchmarks if one.speaks_of(KPI)), None)
    if figure is None:
        return None
    parts = [view.words.text("Among the public: {source}.", source=industry.cited(view, figure))]
    if figure.because is not None:
        text, language = figure.because.found(view.words.language)
        spoken = None if language == view.words.language else language
        parts.append(tag("span", text[:1].upper() + text[1:] + ".", lang=spoken))
    return tag("p", Markup(" ").join(parts), class_="note")
