"""The project file, `kpitools.toml`: every key checked, an unknown one refused with the nearest known one."""

from kpitools.project.hours import Calendar
from kpitools.project.loading import FILE, find_file, from_mapping, load
from kpitools.project.parts import (
    LANGUAGES,
    Decision,
    Event,
    Privacy,
    Project,
    Report,
    Source,
    Target,
    Text,
)

__all__ = [
    "FILE",
    "LANGUAGES",
    "Calendar",
    "Decision",
    "Event",
    "Privacy",
    "Project",
    "Report",
    "Source",
    "Target",
    "Text",
    "find_file",
    "from_mapping",
    "load",
]
