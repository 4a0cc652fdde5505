"""The whole department: four teams put together, in the order in which things happened."""

from dataclasses import dataclass

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS
from kpitools.simulate.contacts import PENDING, Columns, stack
from kpitools.simulate.messages import messages
from kpitools.simulate.phone import calls
from kpitools.simulate.requests import Journeys, follow_ups
from kpitools.simulate.surveys import surveys

END = DAYS * 86400.0
"""The exports are made at the end of the last day; what would happen later is not in them."""
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed", "merged", "spam", "deleted")


@dataclass(frozen=True)
class Department:
    """Everything that happened: columns of contacts, requests and surveys, each in order of time."""

    contacts: Columns
    requests: Columns
    surveys: Columns


def simulate(contacts_per_month: int, seed: int) -> Department:
    """Simulate the department; the same size and seed give the same department."""
    teams = [_team(np.random.default_rng([seed, n]), n, contacts_per_month) for n in range(len(w.TEAMS))]
    offset = 0
    for contacts, requests in teams:
        contacts["request"] += np.where(contacts["request"] >= 0, offset, 0)
        offset += len(requests["at"])
    contacts, requests = stack([team[0] for team in teams]), stack([team[1] for team in teams])
    rng = np.random.default_rng([seed, len(w.TEAMS)])
    requests, new_number = _numbered(_with_noise(rng, requests), offset)
    has = contacts["request"] >= 0
    contacts["request"][has] = new_number[contacts["request"][has]]
    order = np.argsort(contacts["at"], kind="stable")
    contacts = {name: values[order] for name, values in contacts.items()}
    return Department(contacts, requests, surveys(rng, contacts))


def _team(rng: np.random.Generator, team: int, contacts_per_month: int) -> tuple[Columns, Columns]:
    """Simulate one team: its contacts, inbound and outbound, and its requests."""
    luck = rng.gamma(w.DAY_CV**-2, w.DAY_CV**2, DAYS)
    parts = [calls(rng, team, contacts_per_month, luck)]
    parts += [messages(rng, team, channel, contacts_per_month, luck) for channel in range(1, 5)]
    contacts = stack(parts)
    journeys = Journeys(rng, team, contacts)
    journeys.run()
    journeys.name_customers(max(50, contacts_per_month * w.MONTHS // 4))
    requests = journeys.requests()
    contacts = stack([contacts, follow_ups(rng, contacts)])
    _cut(contacts)
    requests["team"] = np.full(len(requests["at"]), team)
    return contacts | {"team": np.full(len(contacts["at"]), team)}, requests


def _cut(contacts: Columns) -> None:
    """Make pending what was not answered when the export was made."""
    late = contacts["end_at"] >= END
    contacts["outcome"][late] = PENDING
    for name in ("answer_at", "end_at", "handle"):
        contacts[name][late] = np.nan
    contacts["adviser"][late], contacts["resolved"][late] = -1, 0


def _with_noise(rng: np.random.Generator, requests: Columns) -> Columns:
    """Add a status to each request, and tickets that are no requests: merged, spam, deleted (1 in 150)."""
    n = len(requests["at"])
    late_reply = requests["answer_at"] >= END
    requests["answer_at"][late_reply] = np.nan
    solved = ~np.isnan(requests["solved_at"])
    open_as = 1 + rng.choice(3, n, p=[0.5, 0.35, 0.15])
    closed = requests["solved_at"] + 5 * 86400 < END
    requests["status"] = np.where(solved, np.where(closed, 5, 4), np.where(late_reply, 0, open_as))
    requests["closed_at"] = np.where(closed, requests["solved_at"] + 5 * 86400, np.nan)
    copied = rng.choice(n, max(3, n // 150), replace=False)
    noise = {name: values[copied].copy() for name, values in requests.items()}
    noise["status"] = 6 + np.arange(len(copied)) % 3
    noise["channel"] = np.full(len(copied), w.EMAIL)
    noise["at"] = np.minimum(noise["at"] + 60, END - 1)
    for name in ("answer_at", "solved_at", "closed_at"):
        noise[name] = np.full(len(copied), np.nan)
    noise["turns"] = noise["reopens"] = np.zeros(len(copied), dtype=np.int64)
    return stack([requests, noise])


def _numbered(requests: Columns, known: int) -> tuple[Columns, w.Ints]:
    """Sort requests by creation; return them and the new place of each of the first `known`."""
    order = np.argsort(requests["at"], kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return {name: values[order] for name, values in requests.items()}, place[:known]
