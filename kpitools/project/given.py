"""A project, however somebody names it: loaded already, by its folder, or by what its file would say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kpitools.project.loading import from_mapping, load
from kpitools.project.parts import Project


def opened_project(given: Project | Mapping[str, Any] | Path | str) -> Project:
    """Return the project; a mapping is taken for the content of a project file in the current folder."""
    if isinstance(given, Project):
        return given
    return from_mapping(dict(given), Path(), "the project") if isinstance(given, Mapping) else load(given)
