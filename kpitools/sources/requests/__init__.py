"""Requests: from tickets where there are any, with the contacts that belong to them; else made of the contacts.

`Inputs` says what there is to make them of, and gives the statements that do; `Matching` counts which contacts found
their ticket.
"""

from kpitools.sources.requests.inputs import Inputs
from kpitools.sources.requests.matching import Matching

__all__ = ["Inputs", "Matching"]
