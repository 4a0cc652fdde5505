"""What is true of a simulated department: the planted effects, expected and realised, and the counts."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS, calendar
from kpitools.simulate.contacts import ANSWERED, OUT_OF_HOURS, OUTCOMES, Columns
from kpitools.simulate.department import STATUSES, Department
from kpitools.simulate.surveys import CSAT

JUDGED_DAYS = 7
"""Requests younger than this at the end may still come back: first-contact resolution leaves them out."""
Truth = dict[str, Any]


def planted(department: Department) -> list[Truth]:
    """Return the four planted effects, each with what the parameters say and what chance made of it."""
    return [_staffing(department), _greeting(department), _fcr_fall(department), _shift(department)]


def _staffing(department: Department) -> Truth:
    before, after = (answer_share(department.contacts, w.NORD, days) for days in _split(w.STAFFING))
    return {
        "id": "answer_rate_rises", "kpi": "answer_rate", "team": "Nord", "from": w.STAFFING.isoformat(),
        "decision": True, "shape": "step",
        "fr": "Le taux de décroché de l'équipe Nord gagne 4 points, avec plus de conseillers ; l'attente baisse.",
        "en": "The answer rate of team Nord gains 4 points, with more advisers; waiting falls too.",
        "expected": _step(w.answer_rate(w.NORD, w.FIRST_DAY), w.answer_rate(w.NORD, w.LAST_DAY)),
        "realised": _step(before, after),
    }  # fmt: skip


def _greeting(department: Department) -> Truth:
    before, after = (_csat(department, w.SUD, days) for days in _split(w.GREETING))
    return {
        "id": "greeting_without_effect", "kpi": "csat", "team": "Sud", "from": w.GREETING.isoformat(),
        "decision": True, "shape": "none",
        "fr": "La nouvelle phrase d'accueil de l'équipe Sud ne change rien à la satisfaction.",
        "en": "The new greeting of team Sud changes nothing about satisfaction.",
        "expected": {"difference": 0.0}, "realised": _step(before, after),
    }  # fmt: skip


def _fcr_fall(department: Department) -> Truth:
    months = range(w.MONTHS)
    expected = [expected_fcr(w.EST, month) for month in months]
    realised = [round(resolution(department, w.EST, [month]), 6) for month in months]
    earlier = resolution(department, w.EST, range(w.FCR_FALL_FROM))
    return {
        "id": "first_contact_resolution_falls", "kpi": "first_contact_resolution", "team": "Est",
        "from": _month_name(w.FCR_FALL_FROM), "decision": False, "shape": "twelve equal monthly steps",
        "fr": "La résolution au premier contact de l'équipe Est perd 3 points en douze mois, sur chaque canal ; "
        "les échanges par demande augmentent avec elle.",
        "en": "First-contact resolution of team Est loses 3 points over twelve months, in every channel; "
        "contacts per request rise with it.",
        "in_each_channel": -w.FCR_FALL,
        "expected": _step(expected[0], expected[-1]) | {"by_month": expected},
        "realised": _step(earlier, realised[-1]) | {"by_month": realised},
    }  # fmt: skip


def _shift(department: Department) -> Truth:
    early, late = range(w.SHIFT_FROM), range(w.SHIFT_FROM + w.SHIFT_MONTHS - 1, w.MONTHS)
    return {
        "id": "phone_to_chat", "kpi": "first_contact_resolution", "team": "Ouest",
        "from": _month_name(w.SHIFT_FROM), "decision": False, "shape": "six equal monthly steps, then level",
        "fr": "Équipe Ouest : vingt points du volume passent du téléphone au chat. La résolution au premier contact "
        "et la durée de traitement tous canaux changent, alors qu'aucun canal ne change.",
        "en": "Team Ouest: twenty points of the volume go from phone to chat. First-contact resolution and handling "
        "time over all channels change although no channel does.",
        "share_moved": w.SHIFT,
        "first_contact_resolution": {
            "expected": _step(expected_fcr(w.OUEST, 0), expected_fcr(w.OUEST, w.MONTHS - 1)),
            "realised": _step(*(resolution(department, w.OUEST, months) for months in (early, late))),
            "by_channel": _by_channel(lambda n, months: resolution(department, w.OUEST, months, n), early, late),
            "channel_level": dict(zip(w.CHANNELS, w.TEAMS[w.OUEST].fcr, strict=True)),
        },
        "handle_time": {
            "expected": _step(expected_handle(w.OUEST, 0), expected_handle(w.OUEST, w.MONTHS - 1)),
            "realised": _step(*(handling(department.contacts, w.OUEST, months) for months in (early, late))),
            "by_channel": _by_channel(lambda n, months: handling(department.contacts, w.OUEST, months, n), early, late),
            "channel_level": {name: w.handle_s(w.OUEST, n) for n, name in enumerate(w.CHANNELS)},
        },
    }  # fmt: skip


def _by_channel(measure: Callable[[int, range], float], early: range, late: range) -> Truth:
    return {name: _step(measure(n, early), measure(n, late)) for n, name in enumerate(w.CHANNELS)}


def _step(before: float, after: float) -> Truth:
    return {
        name: round(value, 6)
        for name, value in zip(("before", "after", "difference"), (before, after, after - before), strict=True)
    }


def _split(day: date) -> tuple[range, range]:
    cut = (day - w.FIRST_DAY).days
    return range(cut), range(cut, DAYS)


def _month_name(month: int) -> str:
    first = w.FIRST_DAY.month - 1 + month
    return f"{w.FIRST_DAY.year + first // 12}-{first % 12 + 1:02d}-01"


def expected_fcr(team: int, month: int) -> float:
    """Return a team's first-contact resolution over all channels, from the parameters."""
    return round(float(w.request_shares(team, month) @ w.fcr(team, month)), 6)


def expected_handle(team: int, month: int) -> float:
    """Return a team's mean handling time of answered inbound contacts, from the parameters, in seconds."""
    reached = np.array([w.TEAMS[team].answer_rate, 1, 1, 1 - w.CHAT_ABANDONED, 1]) * w.mix(team, month)
    return float(reached @ [w.handle_s(team, n) for n in range(5)] / reached.sum())


def answer_share(contacts: Columns, team: int, days: range) -> float:
    """Return the share of a team's inbound calls in opening hours that was answered."""
    day = contacts["at"] // 86400
    of = (contacts["team"] == team) & (contacts["channel"] == w.PHONE) & (contacts["direction"] == 0)
    of &= (contacts["outcome"] != OUT_OF_HOURS) & (day >= days.start) & (day < days.stop)
    return float((contacts["outcome"][of] == ANSWERED).mean())


def handling(contacts: Columns, team: int, months: Iterable[int], channel: int | None = None) -> float:
    """Return the mean handling time of a team's answered inbound contacts, in seconds."""
    of = (contacts["team"] == team) & (contacts["direction"] == 0) & (contacts["outcome"] == ANSWERED)
    of &= in_months(contacts["at"], months) & in_channel(contacts, channel)
    return float(contacts["handle"][of].mean())


def resolution(department: Department, team: int, months: Iterable[int], channel: int | None = None) -> float:
    """Return the share of a team's requests resolved by one contact and not reopened, of those judged."""
    r = department.requests
    judged = (r["team"] == team) & (r["turns"] > 0) & (r["at"] < (DAYS - JUDGED_DAYS) * 86400)
    judged &= in_months(r["at"], months) & in_channel(r, channel)
    return float(first_time(r)[judged].mean())


def first_time(requests: Columns) -> w.Booleans:
    """Return which requests were resolved at their first contact."""
    resolved: w.Booleans = ~np.isnan(requests["solved_at"]) & (requests["turns"] == 1) & (requests["reopens"] == 0)
    return resolved


def _csat(department: Department, team: int, days: range) -> float:
    s = department.surveys
    day = s["sent_at"] // 86400
    of = (s["kind"] == CSAT) & (department.contacts["team"][s["about"]] == team)
    return float(np.nanmean(s["score"][of & (day >= days.start) & (day < days.stop)]))


def in_months(at: w.Floats, months: Iterable[int]) -> w.Booleans:
    """Return which instants lie in some months (0 is September 2024)."""
    return np.isin(calendar().month[(at // 86400).astype(np.int64)], list(months))


def in_channel(columns: Columns, channel: int | None) -> w.Booleans:
    """Return which rows are of a channel; without one, all are."""
    return np.full(len(columns["channel"]), fill_value=True) if channel is None else columns["channel"] == channel


def counts(department: Department) -> Truth:
    """Return how many contacts, requests and surveys there are, by what the exports call them."""
    c, r, s = department.contacts, department.requests, department.surveys
    answered = ~np.isnan(s["score"])
    return {
        "contacts": {
            "all": len(c["at"]), "channel": _tallied(c["channel"], w.CHANNELS),
            "direction": _tallied(c["direction"], ("inbound", "outbound")),
            "outcome": _tallied(c["outcome"], OUTCOMES), "team": _tallied(c["team"], [t.name for t in w.TEAMS]),
        },
        "tickets": {
            "all": len(r["at"]), "with_contacts": int((r["turns"] > 0).sum()),
            "status": _tallied(r["status"], STATUSES), "first_contact_resolution": int(first_time(r).sum()),
        },
        "surveys": {
            "sent": _tallied(s["kind"], ("csat", "nps")), "answered": _tallied(s["kind"][answered], ("csat", "nps")),
        },
    }  # fmt: skip


def _tallied(codes: w.Ints, names: Iterable[str]) -> dict[str, int]:
    known = list(names)
    return dict(zip(known, np.bincount(codes, minlength=len(known)).tolist(), strict=True))
