"""First replies and counts of messages: what a request's own messages say, where the export does not.

A reply is a public message by an adviser, written by a person: bots and automatic acknowledgements never count
(a chat bot greets within a second, and would make every first reply instant). Where an adviser opened the
request, the first of these messages is the opening, and the reply is the second (as Zendesk counts). It is the
opening only where it was sent as the request was opened: an export may hold the replies alone.
"""

from collections.abc import Set as AbstractSet


def by_request(has: AbstractSet[str]) -> str:
    """Return the SQL of one row a request, from its messages: `began`, `first_reply`, `replies`, `customer_messages`.

    `began` is the adviser's message with which the conversation begins, where none of the customer's comes before it.

    Whether a message is public or automatic counts as yes and no where the export does not say.
    """
    public = " and coalesce(public, true)" if "public" in has else ""
    person = " and not coalesce(automatic, false)" if "automatic" in has else ""
    told = f"author in ('adviser', 'customer'){public}{person}"
    order = "order by sent_at, author = 'adviser'"  # of two at one instant the customer's is taken to be the first
    placed = f"select *, row_number() over (partition by request_id {order}) as _place from messages where {told}"
    reply = "author = 'adviser' and _place > 1"
    return (
        f"select request_id, min(sent_at) filter (author = 'adviser' and _place = 1) as began, "
        f"min(sent_at) filter ({reply}) as first_reply, "
        f"count(*) filter (author = 'adviser')::double as replies, "
        f"count(*) filter (author = 'customer')::double as customer_messages from ({placed}) group by request_id"
    )
