"""Customer-service KPIs from exports: read, measured, compared, reported."""

__version__ = "0.1.0"
