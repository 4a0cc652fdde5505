"""Where two tools count one and the same thing differently: what kpitools makes of an export that holds such a case."""

import pytest

from kpitools.measure import measure
from kpitools.sources import read

CALLS = """
[project]
today = 2026-11-22
[[source]]
files = "calls.csv"
table = "contacts"
constants = { direction = "inbound" }
[source.columns]
contact_id = "id"
root_id = "root"
channel = "channel"
started_at = "start"
outcome = "result"
ivr_s = "menu"
queue_s = "queue"
ring_s = "ring"
"""
TICKETS = """
[project]
today = 2026-11-22
[[source]]
files = "tickets.csv"
table = "requests"
constants = { channel = "email" }
[source.columns]
request_id = "number"
created_at = "opened"
first_reply_at = "replied"
solved_at = "solved"
status = "state"
vendor_first_reply_s = "given"
"""
HEADER = "id,root,channel,start,result,menu,queue,ring\n"


def calls(*rows):
    """Write calls, one a minute, each with its result, menu, queue and ringing; a leg says its root too."""
    lines = []
    for number, (result, menu, queue, ring, *more) in enumerate(rows):
        root, channel = (*more, f"c{number}", "phone")[:2] if len(more) < 2 else more
        lines.append(f"c{number},{root},{channel},2026-10-01 09:{number:02d}:00,{result},{menu},{queue},{ring}\n")
    return HEADER + "".join(lines)


@pytest.fixture
def shares(make_project):
    """Return value, numerator and denominator of definitions over some calls."""

    def make(content, *kpis):
        project = make_project(CALLS, calls__csv=content)
        found = measure(read(project), project, kpis=kpis, every="year")
        return [tuple(row) for row in found[["value", "numerator", "denominator"]].to_numpy()]

    return make


def test_giving_up_soon_is_no_success_unless_asked(shares):
    """Of an answered call and one given up after 3 s, one of two is in time; the lenient definition says both are."""
    content = calls(("answered", 0, 5, 5), ("abandoned", 0, 3, 0))
    assert shares(content, "service_level", "service_level:early_abandons_count") == [(0.5, 1, 2), (1.0, 2, 2)]


def test_a_short_abandon_is_short_in_the_queue(shares):
    """30 s in the menu and 2 s in the queue is soon given up; 2 s in the menu and 30 s in the queue is not."""
    content = calls(("answered", 0, 5, 5), ("abandoned", 30, 2, 0), ("abandoned", 2, 30, 0))
    assert shares(content, "abandonment_rate:without_short_abandons") == [(0.5, 1, 2)]


def test_a_call_back_asked_for_is_neither_answered_nor_given_up(shares):
    """It is offered, and another outcome than both; the call-back itself is another contact of the same chain."""
    content = calls(
        ("answered", 0, 5, 5), ("callback_requested", 0, 60, 0), ("abandoned", 0, 60, 0),
        ("answered", 0, 0, 10, "c1", "callback"),
    )  # fmt: skip
    third = pytest.approx(1 / 3)
    assert shares(content, "answer_rate", "abandonment_rate") == [(third, 1, 3), (third, 1, 3)]
    assert shares(content, "volume")[0][0] == 4


def test_five_ways_to_miss_a_call_are_five_outcomes(shares, make_project):
    """Out of hours is not offered; voicemail, deflected and overflow are not given up; only one of five is."""
    missed = ("abandoned", "out_of_hours", "voicemail", "deflected", "overflow")
    content = calls(("answered", 0, 5, 5), *((one, 0, 60, 0) for one in missed))
    assert shares(content, "answer_rate", "abandonment_rate") == [(0.2, 1, 5), (0.2, 1, 5)]
    tables = read(make_project(CALLS, calls__csv=content))
    assert {row[0] for row in tables["contacts"].select("outcome").fetchall()} == {"answered", *missed}


def test_the_menu_is_in_the_wait_only_where_asked(shares):
    """40 s in the menu, 5 s in the queue and 10 s of ringing: a wait of 5, 15 or 55 s, each under its own name."""
    content = calls(("answered", 40, 5, 10))
    kpis = ("wait_time:without_ringing", "wait_time", "wait_time:with_menu")
    waits = [rows[0] for rows in (shares(content, kpi) for kpi in kpis)]
    assert [value for value, *_ in waits] == [5.0, 15.0, 55.0]


class TestTickets:
    """Requests whose times the helpdesk computed too."""

    ROWS = (
        "number,opened,replied,solved,state,given\n"
        "1,2026-10-01 09:00,2026-10-01 10:00,2026-10-02 09:00,solved,{}\n"
        "2,2026-10-01 09:00,2026-10-03 09:00,,open,{}\n"
        "3,2026-10-01 09:00,,,open,{}\n"
        "4,2026-11-22 09:00,,,open,{}\n"
    )

    def read(self, make_project, given):
        """Read the tickets, with what the helpdesk says of the first reply."""
        project = make_project(TICKETS, tickets__csv=self.ROWS.format(*[given] * 4))
        return project, read(project)

    @pytest.mark.parametrize("given", ["", "7"])
    def test_durations_come_from_the_instants(self, make_project, given):
        """Whether the helpdesk's own column is empty or full of another number, an hour and two days it is."""
        _, tables = self.read(make_project, given)
        found = tables["requests"].order("request_id").select("first_reply_s, vendor_first_reply_s").fetchall()
        assert found == [(first, float(given) if given else None) for first in (3600.0, 172800.0, None, None)]

    def test_who_still_waits_is_not_left_out_in_silence(self, make_project):
        """The mean is over two replies, and says that two have none; one of three is in time, the last not judged."""
        project, tables = self.read(make_project, "")
        found = measure(tables, project, kpis=["first_reply_time", "replied_in_time"], every="year")
        rows = found[found["statistic"].isin(["mean", "share"])].set_index("kpi")
        mean, share = rows.loc["first_reply_time"], rows.loc["replied_in_time"]
        assert (mean["value"], mean["n"], mean["excluded"]) == (88_200.0, 2, 2)
        assert (share["numerator"], share["denominator"], share["excluded"]) == (1, 3, 1)

    def test_a_social_network_is_known_however_it_is_written(self, make_project):
        """One tool writes facebook, another Facebook, a third FACEBOOK."""
        toml = TICKETS.replace('channel = "email"', 'channel = "social"')
        toml = toml.replace("[source.columns]", '[source.columns]\nchannel_detail = "by"')
        by = ["facebook", "Facebook", "FACEBOOK", "Twitter", ""]
        content = "number,by,opened,replied,solved,state,given\n"
        content += "".join(f"{n},{name},2026-10-0{n + 1} 09:00,,,open,\n" for n, name in enumerate(by))
        project = make_project(toml, tickets__csv=content)
        kpis = ["replied_in_time:facebook", "replied_in_time:twitter"]
        found = measure(read(project), project, kpis=kpis, every="year")
        assert found["denominator"].tolist() == [3, 1]
