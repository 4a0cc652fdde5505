"""How soon a person replies to what customers write."""

from functools import reduce
from operator import or_

import narwhals as nw

from kpitools.catalogue.bounds import SHARE, UPWARDS
from kpitools.kpi import Mean, Share, kpi
from kpitools.row import Row

HOUR = 3600
IN_TIME = "those of them with a person's first reply within the hours in use"
TOO_YOUNG = "requests younger than the hours in use, in whole days, replied to or not"
NO_REPLY = "requests without a reply by a person so far"


@kpi(
    "First reply time",
    on="requests",
    unit="seconds",
    better="lower",
    definition="clock_hours",
    bounds=UPWARDS,
    numerator="the seconds from opening to a person's first public reply, around the clock",
    denominator="requests that a person has replied to",
    exclusions=NO_REPLY,
    avoid="many requests wait without a reply: those are not in it; read it beside the share replied to in time",
    source="document 003; Zendesk, Chatwoot",
    why="customers wait at night too, and the published goals are in hours of the clock",
)
def first_reply_time(request: Row) -> Mean:
    """Time from a request's creation to the first reply by a person; bots and automatic replies never count."""
    return Mean(request.first_reply_s, where=request.known("first_reply_s"), quantiles=(0.5, 0.9),
                excluded=~request.known("first_reply_s"))  # fmt: skip


@first_reply_time.variant(
    "opening_hours",
    numerator="the seconds within opening hours from opening to a person's first public reply",
    denominator="requests that a person has replied to",
    exclusions=NO_REPLY,
    avoid="you compare it with a goal in hours of the clock",
    source="Zendesk (business hours), Chatwoot",
)
def _(request: Row) -> Mean:
    """Time within opening hours from a request's creation to the first reply by a person."""
    return Mean(request.first_reply_open_s, where=request.known("first_reply_open_s"), quantiles=(0.5, 0.9),
                excluded=~request.known("first_reply_open_s"))  # fmt: skip


def in_time(request: Row, asked: nw.Expr, hours: float) -> Share:
    """Make the share of requests on a channel that were replied to within some hours; exactly so many are in time.

    None is judged before its time is up for certain: of young requests only those with a reply could be, and all of
    these are in time.
    """
    replied = request.known("first_reply_s")
    judged = asked & request.at_least("observed_days", hours // 24 + 1)
    hits = judged & replied & request.at_most("first_reply_s", hours * HOUR)
    return Share(hits=hits, of=judged, excluded=asked & ~judged)


def social(request: Row, *names: str) -> nw.Expr:
    """Say whether a request came by a social network of one of these names, however their letters are written."""
    detail = request.channel_detail.str.to_lowercase()
    return (request.channel == "social") & reduce(or_, (detail == name for name in names))


@kpi(
    "Replied to in time",
    on="requests",
    unit="share",
    better="higher",
    definition="email_and_web_form",
    bounds=SHARE,
    numerator=IN_TIME,
    denominator="requests by e-mail or web form",
    exclusions=TOO_YOUNG,
    avoid="automatic acknowledgements are not marked as such: they count as replies",
    source="document 003 (Easiware: under 24 hours)",
    why="e-mail and web form are what most brands set a goal for",
)
def replied_in_time(request: Row, *, hours: float = 24) -> Share:
    """Requests by e-mail or web form to which a person replied in time, of all of them."""
    return in_time(request, request.written, hours)


@replied_in_time.variant(
    "facebook",
    numerator=IN_TIME,
    denominator="requests by Facebook",
    exclusions=TOO_YOUNG,
    avoid="the export does not say which social network a request came by",
    source="document 003 (Easiware: under 2 hours)",
)
def _(request: Row, *, hours: float = 2) -> Share:
    """Requests by Facebook to which a person replied in time, of all of them."""
    return in_time(request, social(request, "facebook", "messenger"), hours)


@replied_in_time.variant(
    "twitter",
    numerator=IN_TIME,
    denominator="requests by Twitter (X)",
    exclusions=TOO_YOUNG,
    avoid="the export does not say which social network a request came by",
    source="document 003 (Easiware: under 1 hour)",
)
def _(request: Row, *, hours: float = 1) -> Share:
    """Requests by Twitter (X) to which a person replied in time, of all of them."""
    return in_time(request, social(request, "twitter", "x"), hours)
