"""Where the rows of a source lie: in files, behind a query to a database, or in a frame of a notebook."""

from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, model_validator

from kpitools.project.strict import STRICT, Names, Said

_EXAMPLE = 'url_env = "CALLS_URL"'


class Place(BaseModel):
    """One of three: `files`, or a `query` with the address of its database, or the name of a `frame`.

    A password never stands in the project file: `url_env` names the environment variable that holds the address,
    `url` is an address without a password.
    """

    model_config = STRICT

    files: Names = []
    query: Said | None = None
    url: Said | None = None
    url_env: Said | None = None
    frame: Said | None = None

    @property
    def names(self) -> list[str]:
        """What the source is called: its files, or what stands in their place."""
        if self.frame:
            return [f"frame {self.frame}"]
        if self.query:
            return [f"query of {self.url_env or urlsplit(self.url or '').path.strip('/') or 'the database'}"]
        return self.files

    @model_validator(mode="after")
    def _one_place(self) -> "Place":
        given = [name for name in ("files", "query", "frame") if getattr(self, name)]
        if len(given) != 1:
            found = f"{' and '.join(given)} together" if given else "neither"
            raise ValueError(f"say once where the rows are: files, query or frame (found {found})")
        if not self.files and (getattr(self, "system", "table") != "table" or getattr(self, "sheet", None)):
            raise ValueError("system and sheet are about files: name the columns of a query or a frame")
        addresses = [name for name in ("url", "url_env") if getattr(self, name)]
        if self.query and len(addresses) != 1:
            raise ValueError(f"a query needs the address of its database, once: {_EXAMPLE}")
        if addresses and not self.query:
            raise ValueError(f"{addresses[0]} is the address of a database: say with query = ... what to ask it")
        if self.url_env and not self.url_env.isidentifier():
            raise ValueError(f"url_env is the name of an environment variable, not the address itself: {_EXAMPLE}")
        if self.url and _holds_password(self.url):
            raise ValueError(
                "a password does not stand in the project file. Put the address into an environment variable, and its "
                f"name here: {_EXAMPLE} instead of url"
            )
        return self


def _holds_password(url: str) -> bool:
    """Say whether an address has a password in it, or an @ where one may hide."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "@" in url
    before = parts.netloc.rpartition("@")[0]
    return ":" in before or "@" in parts.path or "password" in {key.lower() for key in parse_qs(parts.query)}
