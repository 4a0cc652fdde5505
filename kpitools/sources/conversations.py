"""A conversation of Genesys Cloud as one flat object: the work of all its sessions, the waits before the first answer.

The analytics of the vendor nest it: participants have sessions, sessions have segments of time and metrics.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

_STAFF = ("agent", "user")
_WORK = ("tTalkComplete", "tHeldComplete", "tAcw", "tHandle")
_OTHERS = ("tAbandon", "tFlowOut", "tVoicemail", "nTransferred")
_GRACE = timedelta(seconds=1)
"""How long after the answer a metric of the wait may be written down."""

Thing = dict[str, Any]


def is_conversation(row: Thing) -> bool:
    """Say whether an object is a conversation, as the interface or its Python library spells it."""
    named = {"conversationId", "conversation_id"} & row.keys()
    inside = row.get("participants")
    return bool(named) and isinstance(inside, list) and all(isinstance(one, dict) for one in inside)


def flat_conversation(row: Thing) -> Thing:
    """Return a conversation with what its participants tell beside its own values, and without them."""
    told: Thing = _camel(row)
    participants = told.pop("participants")
    talks = sorted(_talks(participants), key=lambda talk: talk[0])
    answered, user, session = talks[0] if talks else ("", None, {})
    sessions = _within(participants, "sessions")
    segments, metrics = _within(sessions, "segments"), _within(sessions, "metrics")
    # A transfer has a menu and a queue of its own, after the first answer.
    before = [metric for metric in metrics if _before(metric.get("emitDate"), answered)]
    return told | {
        "connected": "true" if talks else "",
        "answeredAt": answered,
        "userId": user,
        "mediaType": _first(sessions, "mediaType"),
        "ani": _first(sessions, "ani"),
        "queueId": _first(segments, "queueId"),
        "wrapUpCode": _first(segments[::-1], "wrapUpCode"),
        "tAlert": _sum(session.get("metrics") or [], "tAlert"),  # of who answered: others ring while it waits
        "tIvr": _sum(before, "tIvr"),
        "tAcd": _sum(before, "tAcd") or _sum(before, "tAbandon"),
        **{name: _sum(metrics, name) for name in (*_WORK, *_OTHERS)},
    }


def _talks(participants: Iterable[Thing]) -> Iterator[tuple[str, str | None, Thing]]:
    """Give each session in which an adviser talked: when that began, where it says so, who it was, and the session."""
    for one in participants:
        for session in _within([one], "sessions") if one.get("purpose") in _STAFF else []:
            parts = [part for part in session.get("segments") or [] if part.get("segmentType") == "interact"]
            talked = _sum(session.get("metrics") or [], "tTalkComplete")
            if parts or talked:
                yield (
                    min((str(part.get("segmentStart") or "") for part in parts), default=""),
                    one.get("userId"),
                    session,
                )


def _camel(thing: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return an object with its keys spelt as the interface spells them."""
    if isinstance(thing, list):
        return [_camel(one) for one in thing]
    if not isinstance(thing, dict):
        return thing
    return {re.sub("_([a-z])", lambda found: found[1].upper(), key): _camel(one) for key, one in thing.items()}


def _within(things: Iterable[Thing], key: str) -> list[Thing]:
    """Return the objects that lie in objects, in their order."""
    return [inner for thing in things for inner in thing.get(key) or []]


def _first(things: Iterable[Thing], key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return next((thing[key] for thing in things if thing.get(key)), None)


def _sum(metrics: Sequence[Thing], name: str) -> str | None:
    """Add up a metric; nothing where no session has it."""
    found = [float(metric["value"]) for metric in metrics if metric.get("name") == name and metric.get("value")]
    return f"{sum(found):.0f}" if found else None


def _before(emitted: str | None, answered: str) -> bool:
    """Say whether a metric was written down before the first answer, or nobody answered."""
    if not emitted or not answered:
        return True
    try:
        return datetime.fromisoformat(emitted) <= datetime.fromisoformat(answered) + _GRACE
    except (TypeError, ValueError):  # no instants: the cells that hold them are refused
        return True
