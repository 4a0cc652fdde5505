"""The ranges that no value of a unit leaves."""

SHARE = (0.0, 1.0)
UPWARDS = (0.0, None)
POINTS = (-100.0, 100.0)
PERCENT = (0.0, 100.0)
