"""Importing this loads what the processes need that publish; they are forks of one that has done so."""

from kpitools.publish.preloaded import preload

preload(["kpitools.publish.reports", "kpitools.present.archive"])
