"""Our numbers held against those that the vendor's own system computed, and the reason of each gap.

Vendors count differently, and say so nowhere near the number. `rows` compares durations contact by contact and request
by request, `threshold` the vendor's verdict "in time", `rates` the figures that its screen shows for whole days.
"""

from kpitools.findings.reconcile.rates import Candidate, Rate, rates
from kpitools.findings.reconcile.rows import Duration, Reason, durations
from kpitools.findings.reconcile.threshold import Threshold, threshold

__all__ = ["Candidate", "Duration", "Rate", "Reason", "Threshold", "durations", "rates", "threshold"]
