"""Our durations and rates against the vendor's: each gap has the reason that was put there, in its number."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from kpitools.findings.reconcile import durations, rates, threshold
from kpitools.periods import Period
from kpitools.project import from_mapping

DAY = datetime(2026, 10, 5, 9)


def found(duration):
    """Return the reasons of a comparison with their numbers."""
    return {reason.code: reason.rows for reason in duration.reasons}


def of(tables, ours):
    """Return the comparison of one of our columns."""
    return next(duration for duration in durations(tables) if duration.ours == ours)


def calls(**columns):
    """Make a table of answered calls."""
    n = len(next(iter(columns.values())))
    return {"contacts": pd.DataFrame({"date": [DAY.date()] * n, "outcome": "answered", **columns})}


@pytest.fixture(scope="module")
def tickets():
    """A hundred tickets: 60 equal, 20 in opening hours, 10 answered by a bot, 5 since a reopening, 5 without a reason.

    Ticket i is replied to after 3600 + 97 i seconds; the opening hours of that are 1000 + 31 i.
    """
    i = np.arange(100)
    ours, in_hours, theirs = 3600.0 + 97 * i, 1000.0 + 31 * i, 3600.0 + 97 * i
    theirs[:60] += np.tile([0.0, 0.4, -1.0], 20)  # the vendor rounds, or cuts off
    theirs[60:80] = in_hours[60:80]
    theirs[80:90] = 7.0 + i[80:90]
    theirs[90:95] = 600.0 + i[90:95]
    theirs[95:] = ours[95:] / 2 + 11
    requests = pd.DataFrame({
        "request_id": [f"t{n}" for n in i], "date": [DAY.date()] * 100, "created_at": [DAY] * 100,
        "first_reply_s": ours, "first_reply_open_s": in_hours, "vendor_first_reply_s": theirs,
        "reopened": (i >= 90) & (i < 95),
    })  # fmt: skip
    said = [(f"t{n}", 7.0 + n, "bot", True) for n in i[80:90]]
    for n in i[90:95]:
        said += [(f"t{n}", ours[n], "adviser", False), (f"t{n}", 90000.0, "customer", False)]
        said += [(f"t{n}", 90600.0 + n, "adviser", False)]
    messages = pd.DataFrame(said, columns=["request_id", "seconds", "author", "automatic"])
    messages["sent_at"] = [DAY + timedelta(seconds=float(s)) for s in messages["seconds"]]
    return {"requests": requests, "messages": messages.assign(date=DAY.date(), public=True)}


class TestTickets:
    """The gaps of first replies, ticket by ticket."""

    def test_each_reason_is_found_in_its_number(self, tickets):
        """60 agree, 20 are in opening hours, 10 count a bot, 5 run since a reopening, 5 remain without a reason."""
        reply = of(tickets, "first_reply_s")
        assert (reply.rows, reply.equal, reply.apart, reply.unexplained) == (100, 60, 40, 5)
        assert found(reply) == {"opening_hours": 20, "any_author": 10, "since_reopening": 5}
        assert all(reason.certain for reason in reply.reasons)

    def test_examples_are_of_what_is_not_explained(self, tickets):
        """The first of them: ticket 95 waited 3600 + 97 x 95 s; the vendor says half of it and 11 s."""
        assert of(tickets, "first_reply_s").examples[0] == (12815.0, 12815 / 2 + 11)

    def test_the_means_are_over_the_rows_that_have_both(self, tickets):
        """The mean of ours is 3600 + 97 x 49.5; a ticket without the vendor's value counts apart."""
        requests = tickets["requests"].copy()
        requests.loc[99, "vendor_first_reply_s"] = None
        reply = of({"requests": requests}, "first_reply_s")
        assert (reply.rows, reply.only_ours, reply.only_theirs) == (99, 1, 0)
        assert reply.mean_ours == pytest.approx(3600 + 97 * 49)

    def test_without_messages_a_reopened_ticket_is_only_likely(self, tickets):
        """The flag says that it was reopened, and nothing when: the reason is named as what may be."""
        reply = of({"requests": tickets["requests"]}, "first_reply_s")
        assert found(reply) == {"opening_hours": 20, "reopened": 5}
        assert {reason.code: reason.certain for reason in reply.reasons}["reopened"] is False
        assert reply.unexplained == 15

    def test_a_period_and_a_team_choose_the_rows(self, tickets):
        """Another month has none of the tickets, and another team none either."""
        named = {**tickets, "requests": tickets["requests"].assign(team="Nord")}
        assert durations(named, Period.parse("2026-11"))[0].rows == 0
        assert durations(named, Period.parse("2026-10"), "Sud")[0].rows == 0
        assert durations(named, Period.parse("2026-10"), "Nord")[0].rows == 100

    def test_a_table_without_the_vendors_columns_has_nothing_to_compare(self, tickets):
        """No comparison is made up."""
        assert durations({"requests": tickets["requests"].drop(columns="vendor_first_reply_s")}) == ()


class TestResolution:
    """The gaps of resolution times and of times in opening hours."""

    SECONDS = np.arange(30) * 100.0 + 50000

    def requests(self, **columns):
        """Make thirty requests that are solved after 50,000 s and more, closed a day later."""
        closed = [DAY + timedelta(seconds=float(s) + 86400) for s in self.SECONDS]
        return pd.DataFrame({
            "request_id": [f"t{n}" for n in range(30)], "date": DAY.date(), "created_at": DAY, "closed_at": closed,
            "reopened": False, "resolution_s": self.SECONDS, "resolution_open_s": self.SECONDS / 3,
            "first_reply_s": self.SECONDS / 10, "first_reply_open_s": self.SECONDS / 40, **columns,
        })  # fmt: skip

    @pytest.mark.parametrize(
        ("ours", "reason", "theirs"),
        [
            ("resolution_s", "opening_hours", SECONDS / 3),
            ("resolution_s", "first_reply", SECONDS / 10),
            ("resolution_s", "until_closed", SECONDS + 86400),
            ("resolution_open_s", "clock_hours", SECONDS),
            ("first_reply_open_s", "clock_hours", SECONDS / 10),
        ],
    )
    def test_the_end_of_the_clock_and_its_hours(self, ours, reason, theirs):
        """Opening hours, the first reply, the closing a day later: each is named."""
        assert found(of({"requests": self.requests(**{f"vendor_{ours}": theirs})}, ours)) == {reason: 30}

    def test_a_clock_that_starts_at_the_reopening(self):
        """The customer writes again after 40,000 s; the vendor counts from there to the solution."""
        requests = self.requests(reopened=True, vendor_resolution_s=self.SECONDS - 40000)
        messages = pd.DataFrame({"request_id": requests["request_id"], "author": "customer", "date": DAY.date(),
                                 "sent_at": DAY + timedelta(seconds=40000)})  # fmt: skip
        assert found(of({"requests": requests, "messages": messages}, "resolution_s")) == {"since_reopening": 30}


class TestCalls:
    """The gaps of waits, talk and handling times, call by call."""

    SECONDS = np.arange(40) * 3.0 + 20

    @pytest.mark.parametrize(
        ("reason", "theirs"),
        [
            ("with_menu", lambda wait: wait + 30),
            ("without_ringing", lambda wait: wait - 7),
            ("with_ringing", lambda wait: wait + 7),
            ("with_menu_and_ringing", lambda wait: wait + 37),
            ("with_menu_without_ringing", lambda wait: wait + 23),
        ],
    )
    def test_the_wait_has_its_clock(self, reason, theirs):
        """A menu of 30 s and 7 s of ringing: the vendor's wait names what it holds."""
        table = calls(wait_s=self.SECONDS, ivr_s=[30.0] * 40, ring_s=[7.0] * 40, vendor_wait_s=theirs(self.SECONDS))
        assert found(of(table, "wait_s")) == {reason: 40}

    def test_talk_and_handling_name_their_parts(self):
        """25 s of hold, 40 s of wrap-up, 12 s of waiting: what the vendor adds or leaves out is named."""
        talk = self.SECONDS * 10
        parts = {"talk_s": talk, "hold_s": 25.0, "wrap_s": 40.0, "wait_s": 12.0, "handle_s": talk + 65}
        assert found(of(calls(**parts, vendor_talk_s=talk + 25), "talk_s")) == {"with_hold": 40}
        for reason, by in {"without_hold": 40, "without_wrap": 25, "talk_only": 0, "with_wait": 77}.items():
            assert found(of(calls(**parts, vendor_handle_s=talk + by), "handle_s")) == {reason: 40}

    @pytest.mark.parametrize(
        ("reason", "factor"),
        [("minutes_as_seconds", 1 / 60), ("milliseconds_as_seconds", 1000), ("seconds_as_minutes", 60)],
    )
    def test_another_unit_is_named(self, reason, factor):
        """A column in another unit than it was read in differs by its factor throughout."""
        table = calls(talk_s=self.SECONDS * 10, vendor_talk_s=np.round(self.SECONDS * 10 * factor))
        assert found(of(table, "talk_s")) == {reason: 40}

    def test_whole_minutes_of_the_vendor_are_its_rounding(self):
        """Where all of its values are whole minutes, less than a minute is no gap; one minute more is."""
        talk = self.SECONDS * 10
        whole = np.floor(talk / 60) * 60
        assert of(calls(talk_s=talk, vendor_talk_s=whole), "talk_s").equal == 40
        assert of(calls(talk_s=talk, vendor_talk_s=whole + 120), "talk_s").equal == 0

    def test_whole_hours_shared_by_several_rows_are_a_time_zone(self):
        """Two hours in summer and one in winter; a single row that is three hours off is no time zone."""
        ours = self.SECONDS * 400
        theirs = ours + np.array([7200.0] * 25 + [3600.0] * 14 + [10800.0])
        requests = pd.DataFrame({"date": [DAY.date()] * 40, "request_id": "t", "created_at": DAY,
                                 "first_reply_s": ours, "vendor_first_reply_s": theirs})  # fmt: skip
        reply = of({"requests": requests}, "first_reply_s")
        assert (found(reply), reply.unexplained) == ({"time_zone": 39}, 1)

    def test_an_unknown_part_explains_nothing(self):
        """A call whose menu time is unknown is not explained by the menu."""
        table = calls(wait_s=self.SECONDS, ivr_s=[15.0] * 39 + [None], vendor_wait_s=self.SECONDS + 15)
        wait = of(table, "wait_s")
        assert (found(wait), wait.unexplained) == ({"with_menu": 39}, 1)


class TestVerdict:
    """The vendor's own "in time"."""

    def test_the_threshold_lies_between_two_calls(self):
        """Calls that waited 20, 23 ... 137 s; true up to 30 s: the threshold is 29 s or more, and under 32 s."""
        wait = TestCalls.SECONDS
        seen = threshold(calls(wait_s=wait, vendor_in_time=wait <= 30))
        assert (seen.clock, seen.agree, seen.rows, seen.low, seen.high) == ("queue", 40, 40, 29.0, 32.0)
        assert seen.fits(30)
        assert not seen.fits(20)

    def test_a_clock_that_runs_in_the_menu_is_found(self):
        """With a menu of 5 to 44 s before the queue, only wait and menu together part the verdicts."""
        wait, menu = TestCalls.SECONDS, np.arange(40)[::-1] * 4.0 + 5
        seen = threshold(calls(wait_s=wait, ivr_s=menu, vendor_in_time=wait + menu <= 160))
        assert (seen.clock, seen.agree) == ("with_menu", 40)

    def test_calls_given_up_in_time_are_counted_apart(self):
        """Two calls given up that count as in time do not move the threshold."""
        wait = TestCalls.SECONDS
        table = calls(wait_s=wait, vendor_in_time=wait <= 30)["contacts"]
        early = table.head(2).assign(outcome="abandoned", wait_s=5.0, vendor_in_time=True)
        seen = threshold({"contacts": pd.concat([table, early], ignore_index=True)})
        assert (seen.rows, seen.early, seen.low) == (40, 2, 29.0)

    def test_verdicts_that_contradict_the_wait_are_counted(self):
        """One verdict of forty is against its wait: 39 agree."""
        wait = TestCalls.SECONDS
        flags = wait <= 50
        flags[-1] = True
        assert threshold(calls(wait_s=wait, vendor_in_time=flags)).agree == 39

    def test_without_a_verdict_there_is_no_threshold(self):
        """An export without the column, or with none that is true, tells none."""
        wait = TestCalls.SECONDS
        assert threshold(calls(wait_s=wait)) is None
        assert threshold(calls(wait_s=wait, vendor_in_time=[False] * 40)) is None


EXAMPLE = {"in_time": 700, "late": 200, "short": 30, "early": 20, "abandoned_late": 50}
"""The worked example: a thousand calls in the queue, with X = 20 s and short abandons within 5 s."""
SHOWN = {
    "answered_in_time_of_offered": 700 / 1000, "without_short_abandons": 700 / 970,
    "without_early_abandons": 700 / 950, "early_abandons_count": 750 / 1000, "of_answered": 700 / 900,
}  # fmt: skip


def thousand(day, scale=1):
    """Make the calls of the worked example on one day; a second day has other numbers."""
    waits = {"in_time": (2, 20), "late": (21, 29), "short": (1, 5), "early": (11, 19), "abandoned_late": (31, 59)}
    made = []
    for name, count in EXAMPLE.items():
        n = count * (scale if name in ("late", "short") else 1)
        seconds = np.linspace(*waits[name], n).round()
        outcome = "answered" if name in ("in_time", "late") else "abandoned"
        made.append(pd.DataFrame({"wait_s": seconds, "outcome": outcome, "date": day}))
    return pd.concat(made, ignore_index=True).assign(
        direction="inbound", channel="phone", out_of_hours=False, team="Nord"
    )


def figure(kpi, values, **other):
    """Make the table of a vendor's daily figures."""
    days = [date(2026, 10, 5) + timedelta(days=n) for n in range(len(values))]
    return pd.DataFrame({"kpi": kpi, "date": days, "end_date": days, "value": values, **other})


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project whose service level is 20 s, and whose short abandons end after 5 s."""
    content = {"project": {"name": "x"}}
    return from_mapping(content, tmp_path_factory.mktemp("project"))


class TestRates:
    """What the screen shows, day by day."""

    @pytest.mark.parametrize("definition", SHOWN)
    def test_each_variant_of_the_worked_example_is_recognised(self, project, definition):
        """70.0, 72.2, 73.7, 75.0 and 77.8 % on one day of a thousand calls: the definition behind each is named."""
        tables = {
            "contacts": thousand(date(2026, 10, 5)),
            "figures": figure("service_level", [round(SHOWN[definition], 3)]),
        }
        (rate,) = rates(tables, project)
        named = {one.kpi.definition: one.kpi for one in reversed((rate.best, *rate.alike))}
        assert rate.best.agree == rate.compared == 1
        assert definition in named
        assert rate.own.mean == pytest.approx(0.7)

    @pytest.mark.parametrize("definition", SHOWN)
    def test_two_days_leave_one_definition(self, project, definition):
        """A second day, with three times the late calls and short abandons, leaves no other definition."""
        late, short = 600, 90
        offered = 700 + late + short + 20 + 50
        second = {
            "answered_in_time_of_offered": 700 / offered, "without_short_abandons": 700 / (offered - short),
            "without_early_abandons": 700 / (offered - short - 20), "early_abandons_count": (770 + 40) / offered,
            "of_answered": 700 / (700 + late),
        }  # fmt: skip
        days = [thousand(date(2026, 10, 5)), thousand(date(2026, 10, 6), 3)]
        shown = [round(SHOWN[definition], 4), round(second[definition], 4)]
        tables = {"contacts": pd.concat(days, ignore_index=True), "figures": figure("service_level", shown)}
        (rate,) = rates(tables, project)
        assert (rate.best.kpi.definition, rate.best.kpi.parameters["seconds"]) == (definition, 20)
        assert (rate.best.agree, rate.compared, rate.step) == (2, 2, 0.0001)
        assert {one.kpi.definition for one in rate.alike} <= {definition}

    def test_another_threshold_is_recognised(self, project):
        """Answered within 10 s of those offered: the seconds are found, not only the definition."""
        rows = pd.concat([thousand(date(2026, 10, 5)), thousand(date(2026, 10, 6), 3)], ignore_index=True)
        in_time = (rows["outcome"] == "answered") & (rows["wait_s"] <= 10)
        shown = in_time.groupby(rows["date"]).mean().round(4)
        (rate,) = rates({"contacts": rows, "figures": figure("service_level", list(shown))}, project)
        assert rate.best.kpi.definition_id == "answered_in_time_of_offered(seconds=10)"

    def test_the_answer_rate_with_and_without_short_abandons(self, project):
        """90.0 % is answered of offered; 92.8 % leaves the short abandons out."""
        for shown, definition in ((0.900, "answered_of_offered"), (0.928, "without_short_abandons")):
            tables = {"contacts": thousand(date(2026, 10, 5)), "figures": figure("answer_rate", [shown])}
            (rate,) = rates(tables, project)
            assert rate.best.kpi.definition == definition
            assert rate.fits

    def test_the_nearest_definition_is_not_called_the_vendors(self, project):
        """None gives 41 % of one day, and one gives the 90 % of another: it comes nearest, and does not fit."""
        days = pd.concat([thousand(date(2026, 10, 5)), thousand(date(2026, 10, 6))], ignore_index=True)
        (rate,) = rates({"contacts": days, "figures": figure("answer_rate", [0.41, 0.9])}, project)
        assert (rate.best.agree, rate.compared, rate.fits) == (1, 2, False)

    def test_a_day_without_rows_is_not_compared(self, project):
        """The screen knows a day of which the export has no call: it is said, and counts for nothing."""
        tables = {"contacts": thousand(date(2026, 10, 5)), "figures": figure("answer_rate", [0.9, 0.8])}
        (rate,) = rates(tables, project)
        assert (rate.figures, rate.without, rate.compared, rate.theirs) == (2, 1, 1, 0.9)

    def test_a_figure_of_a_team_is_held_against_that_team(self, project):
        """Nord answers 90 %, Sud all: each team's figure agrees with its own calls."""
        south = thousand(date(2026, 10, 5)).query("outcome == 'answered'").assign(team="Sud")
        both = figure("answer_rate", [0.9, 1.0], team=["Nord", "Sud"]).assign(
            date=date(2026, 10, 5), end_date=date(2026, 10, 5)
        )
        rows = pd.concat([thousand(date(2026, 10, 5)), south], ignore_index=True)
        (rate,) = rates({"contacts": rows, "figures": both}, project)
        assert (rate.own.agree, rate.best.kpi.definition) == (2, "answered_of_offered")

    def test_a_weekly_mean_is_of_all_its_days(self, project):
        """A mean wait over two days is over the calls of both, not the mean of two means."""
        rows = pd.concat([thousand(date(2026, 10, 5)), thousand(date(2026, 10, 6), 3)], ignore_index=True)
        mean = rows.loc[rows["outcome"] == "answered", "wait_s"].mean()
        week = figure("wait_time", [round(mean, 1)]).assign(end_date=date(2026, 10, 11))
        (rate,) = rates({"contacts": rows, "figures": week}, project)
        assert (rate.own.agree, rate.own.mean) == (1, pytest.approx(mean))

    def test_figures_without_rows_are_not_compared(self, project):
        """Site visits come as figures alone, and a project may have no calls at all."""
        assert rates({"figures": figure("site_visits", [5.0])}, project) == ()
        assert rates({"figures": figure("answer_rate", [0.9])}, project) == ()
        assert rates({"contacts": thousand(date(2026, 10, 5))}, project) == ()

    def test_figures_about_persons_are_not_compared_in_small_groups(self, project):
        """Four answers are fewer than five, and a team's figure could give another's away: neither is compared."""
        answers = pd.DataFrame({
            "date": date(2026, 10, 5), "kind": "csat", "status": "answered", "score": [4.0] * 8, "scale_min": 1.0,
            "scale_max": 5.0, "polarity": "higher_better", "touchpoint": "contact", "team": "Nord",
        })  # fmt: skip
        shown = figure("csat", [4.0])
        (rate,) = rates({"surveys": answers, "figures": shown}, project)
        assert rate.own.agree == 1
        assert rates({"surveys": answers.head(4), "figures": shown}, project) == ()
        assert rates({"surveys": answers, "figures": shown.assign(team="Nord")}, project) == ()
