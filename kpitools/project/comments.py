"""`comments.toml`, beside the project file: what a person says about a report, and who signed it off.

```toml
[[comment]]
period = "2026-10"
by = "Claire Martin"
on = 2026-11-03
text.fr = "Le standard est tombé en panne le 12 : les appels de l'après-midi manquent."

[[sign_off]]
period = "2026-10"
teams = "each"
by = "Paul Durand"
on = 2026-11-04
```
"""

import hashlib
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from kpitools.errors import PeriodError, ProjectError
from kpitools.faults import explain
from kpitools.periods import Period
from kpitools.project.parts import Part
from kpitools.project.strict import Said

FILE = "comments.toml"


def _period(text: str) -> str:
    try:
        return str(Period.parse(text))
    except PeriodError as wrong:
        raise ValueError(str(wrong)) from None


def _in_a_language(text: object) -> object:
    if isinstance(text, str):
        raise ValueError('name its language: text.fr = "..."')  # noqa: TRY004 - pydantic's own way
    return text


class Entry(Part):
    """Who says something, on which day, about the reports of a period.

    `teams` says whose pages are meant, as it does in `[[report]]`: that of all teams together, each team's, or those of
    some teams.
    """

    period: Annotated[str, AfterValidator(_period)]
    report: Said = "periodic_report"
    teams: Literal["all", "each"] | list[Said] = "all"
    by: Said
    on: date

    def about(self, report: str, period: Period | str, team: str | None) -> bool:
        """Say whether it is about a page."""
        meant = not team if self.teams == "all" else bool(team) and (self.teams == "each" or team in self.teams)
        return self.report == report and self.period == str(period) and meant


class Comment(Entry):
    """What a person says about the reports of a period, in one language or more."""

    text: Annotated[dict[Literal["en", "fr"], Said], Field(min_length=1), BeforeValidator(_in_a_language)]

    def said(self, language: str) -> tuple[str, str]:
        """Return the text in a language, else in the one that it has, and which language that is."""
        spoken = next((each for each in self.text if each == language), next(iter(self.text)))
        return self.text[spoken].strip(), spoken


class SignOff(Entry):
    """Somebody answers for the reports of a period, which must be over by then."""

    @model_validator(mode="after")
    def _once_over(self) -> "SignOff":
        end = Period.parse(self.period).end
        if self.on <= end:
            raise ValueError(f"{self.period} ends on {end}: it cannot be signed off on {self.on} already")
        return self


class Comments(Part):
    """The whole file."""

    comment: list[Comment] = Field(default_factory=list)
    sign_off: list[SignOff] = Field(default_factory=list)

    def about(self, report: str, period: Period | str, team: str | None) -> "Comments":
        """Return what is about one page."""
        comments = [each for each in self.comment if each.about(report, period, team)]
        signed = [each for each in self.sign_off if each.about(report, period, team)]
        return self.model_copy(update={"comment": comments, "sign_off": signed})

    @property
    def fingerprint(self) -> str:
        """A short text that is another one where anything else is said; empty where nothing is."""
        if not self.comment and not self.sign_off:
            return ""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def load_comments(folder: Path) -> Comments:
    """Read the comments of a project; without the file there are none.

    Raises:
        ProjectError: the file cannot be read, or says something unknown or impossible; the message names the key.
    """
    path = folder / FILE
    try:
        return Comments.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return Comments()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ProjectError(f"{path}: this is not valid TOML in UTF-8: {wrong}.") from None
    except OSError as wrong:
        raise ProjectError(f"{path}: the file cannot be read: {wrong.strerror}.") from None
    except ValidationError as wrong:
        raise ProjectError(f"{path}: {explain(wrong, Comments)}") from None
