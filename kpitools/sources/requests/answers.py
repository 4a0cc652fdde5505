"""What customers said of their request in a survey: whether it was resolved."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

NEEDED = frozenset({"kind", "status", "score", "scale_min", "scale_max"})


@dataclass(frozen=True)
class Answers:
    """The columns of the surveys."""

    has: AbstractSet[str]

    def by(self, name: str, ours: AbstractSet[str]) -> bool:
        """Say whether a table with the columns `ours` can be given the answers by an id."""
        return name in ours and name in self.has and self.has >= NEEDED

    def added(self, contacts: str, *, asked: bool) -> str:
        """Return the SQL of contacts with `_yes`, what the customer said of each, where surveys ask about contacts."""
        if not asked:
            return contacts
        said = self.latest("contact_id")
        return f"select e.*, a.yes as _yes from ({contacts}) e left join ({said}) a using (contact_id)"

    def latest(self, name: str) -> str:
        """Return the SQL of the last answer by an id: `yes` where it lies on the good half of its scale."""
        when = "coalesce(answered_at, sent_at)" if "answered_at" in self.has else "sent_at"
        better = "score > (scale_min + scale_max) / 2"
        if "polarity" in self.has:
            better = f"({better}) <> (polarity = 'lower_better')"
        told = f"kind = 'resolved' and status = 'answered' and score is not null and {name} is not null"
        return f"select {name}, arg_max({better}, ({when}, {better})) as yes from surveys where {told} group by {name}"
