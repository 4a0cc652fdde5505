"""What the messages of requests say that a system may have taken for its clock: the first of all, and later ones."""

import numpy as np
import pandas as pd


def first_messages(requests: pd.DataFrame, messages: pd.DataFrame) -> pd.DataFrame:
    """Add `first_message_s`: the seconds to the first public message that no customer wrote, be it a bot or a rule.

    A message at the very instant of the creation opens the request and answers nothing.
    """
    since = _since_creation(requests, messages[messages["author"] != "customer"])
    first = since[since["seconds"] > 0].groupby("request_id")["seconds"].min()
    return requests.assign(first_message_s=requests["request_id"].map(first).astype(float))


def moments_of(rows: pd.DataFrame, messages: pd.DataFrame | None) -> pd.DataFrame:
    """Return the later messages of customers in requests that were reopened, with the next reply by a person.

    Columns: `place` in `rows`, `asked` and `replied` in seconds since the creation; `replied` may be unknown.
    """
    if messages is None or "reopened" not in rows:
        return pd.DataFrame({name: np.empty(0) for name in ("place", "asked", "replied")})
    again = rows[rows["reopened"].fillna(value=False).astype(bool)]
    since = _since_creation(again, messages)
    person = (since["author"] == "adviser") & ~since.get("automatic", pd.Series(data=False, index=since.index))
    order = since.assign(replied=since["seconds"].where(person)).sort_values(["request_id", "seconds"])
    order["replied"] = order.groupby("request_id")["replied"].bfill()
    asked = order[(order["author"] == "customer") & (order["seconds"] > 0)]
    places = pd.Series(again.index, index=again["request_id"])
    return pd.DataFrame({
        "place": asked["request_id"].map(places).to_numpy(dtype=int),
        "asked": asked["seconds"].to_numpy(dtype=float),
        "replied": asked["replied"].to_numpy(dtype=float),
    })  # fmt: skip


def _since_creation(requests: pd.DataFrame, messages: pd.DataFrame) -> pd.DataFrame:
    """Return the public messages of some requests with the seconds since each request's creation."""
    seen = messages["public"].fillna(value=True).astype(bool) if "public" in messages else slice(None)
    met = messages[seen].merge(requests[["request_id", "created_at"]], on="request_id")
    met = met.assign(seconds=(met["sent_at"] - met["created_at"]).dt.total_seconds())
    if "automatic" in met:
        met["automatic"] = met["automatic"].fillna(value=False).astype(bool)
    return met
