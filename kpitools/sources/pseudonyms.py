"""Pseudonyms of customers and advisers: a keyed hash, its key outside every project.

Without the key nobody can try numbers until one fits; with it, the same person is the same pseudonym in every export.
"""

import os
import secrets
from pathlib import Path

from kpitools.errors import SourceError

VARIABLE = "KPITOOLS_KEY"
_BLOCK = 64  # bytes of a SHA-256 block, RFC 2104


def key_file() -> Path:
    """Return where the key is kept: in the user's own configuration, never in a project."""
    base = os.environ.get("APPDATA") or os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "kpitools" / "key"


def key() -> bytes:
    """Return the key: of the environment variable KPITOOLS_KEY, else of the user's key file, made at first use.

    Raises `SourceError` for a key that is empty, and for a key file that cannot be kept or that others can read; the
    message never holds the key.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        if not given.strip():
            raise SourceError(
                f"{VARIABLE} is set and empty: anybody could retrace the pseudonyms. Set a key, or unset it."
            )
        return given.encode()
    path = key_file()
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        return _kept(path)
    except FileExistsError:
        return _kept(path)
    except OSError as wrong:
        raise SourceError(f"No key of pseudonyms can be kept in {path} ({wrong.strerror}). Set {VARIABLE}.") from None


def _kept(path: Path) -> bytes:
    """Read the key file, which must be its owner's alone."""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SourceError(f"{path}: others on this machine can read the key of pseudonyms. Run: chmod 600 {path}")
    found = path.read_text(encoding="ascii").strip()
    if not found:
        raise SourceError(f"{path}: the key of pseudonyms is empty. Delete the file: a new key is made.")
    return found.encode()


def pseudonym_sql(column: str, secret: bytes) -> str:
    """Return the SQL of HMAC-SHA256 (RFC 2104) of a text column, its first 20 hexadecimal digits.

    Case and outer spaces do not count; an empty text stays unknown.
    """
    padded = secret.ljust(_BLOCK, b"\0") if len(secret) <= _BLOCK else _digest(secret).ljust(_BLOCK, b"\0")
    inner, outer = (_blob(bytes(byte ^ mask for byte in padded)) for mask in (0x36, 0x5C))
    text = f"nullif(lower(trim(cast({column} as varchar))), '')"
    return f"left(sha256({outer} || unhex(sha256({inner} || encode({text})))), 20)"


def _digest(secret: bytes) -> bytes:
    import hashlib  # noqa: PLC0415 - only for a key longer than a block

    return hashlib.sha256(secret).digest()


def _blob(raw: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in raw) + "'::blob"
