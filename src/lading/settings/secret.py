"""Secrets by reference: lading.yaml says where a secret is kept, never what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from lading.errors import SettingsError
from lading.settings.shape import wrong
from lading.settings.tree import Text

_ENV: Final = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)(\??)")
_FILE: Final = re.compile(r"file:(.+?)(\??)")
_HOW: Final = "write env:NAME or file:PATH here and keep the value itself out of this file"


@dataclass(frozen=True, slots=True)
class Secret:
    """A reference to a secret: `env:NAME`, `file:PATH`, either with `?` when it may be unset.

    It is read when it is needed and not before, so that a plan works without the secrets of Amazon.
    """

    reference: str
    optional: bool = False
    where: str = field(default="", repr=False)
    _environ: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    _folder: Path = field(default=Path(), repr=False, compare=False)

    def reveal(self) -> str:
        """The secret itself. SettingsError, which names the setting and not the value, when it is not set."""
        if found := self._read():
            return found
        raise SettingsError(self._absent(), where=self.where, code="secret_not_set")

    def reveal_if_set(self) -> str | None:
        """The secret itself; None when it is optional and not set."""
        return self._read() if self.optional else self.reveal()

    def _read(self) -> str | None:
        kind, _, name = self.reference.partition(":")
        if kind == "env":
            return self._environ.get(name) or None
        if kind == "file":
            return self._read_file(self._folder / Path(name).expanduser())
        return self.reference

    def _read_file(self, path: Path) -> str | None:
        try:
            return path.read_text("utf-8").strip("\r\n") or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            message = f"the file {path} cannot be read ({type(error).__name__}): mend it or name another"
            raise SettingsError(message, where=self.where, code="secret_not_set") from None

    def _absent(self) -> str:
        kind, _, name = self.reference.partition(":")
        if kind == "env":
            return f"needs the environment variable {name}, which is not set: export {name}=..."
        return f"needs the file {self._folder / Path(name).expanduser()}, which is missing or empty"


def _parse(value: Any, info: ValidationInfo) -> Secret:
    if isinstance(value, Secret):
        return value
    text = value if isinstance(value, str) else ""
    for kind, form in (("env", _ENV), ("file", _FILE)):
        if match := form.fullmatch(text):
            return _bind(f"{kind}:{match[1]}", value, info, optional=bool(match[2]))
    if text.startswith("env:"):
        raise wrong(
            "the name of an environment variable has letters, digits and _ only, as in env:AMAZON_CLIENT_ID"
        )
    raise wrong(f"a secret must not stand here: {_HOW}", code="literal_secret")


def _parse_address(value: Any, info: ValidationInfo) -> Secret:
    if isinstance(value, str) and re.fullmatch(r"https?://[^\s@]+", value):
        return _bind(str(value), value, info, optional=False)
    if isinstance(value, str) and "@" in value:
        raise wrong(f"an address with a password must not stand here: {_HOW}", code="literal_secret")
    if not str(value).startswith(("env:", "file:")) and not isinstance(value, Secret):
        raise wrong("write an address that begins with http:// or https://, or env:NAME?")
    return _parse(value, info)


def _bind(reference: str, value: Any, info: ValidationInfo, *, optional: bool) -> Secret:
    context = info.context or {}
    where = value.where if isinstance(value, Text) else ""
    return Secret(reference, optional, where, context.get("environ", {}), context.get("folder", Path()))


#: A setting that takes a reference to a secret and nothing else.
SecretReference = Annotated[
    Secret,
    BeforeValidator(_parse),
    WithJsonSchema({"type": "string", "pattern": r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+?)\??$"}),
]

#: An address in plain sight, or a reference to one.
Address = Annotated[
    Secret,
    BeforeValidator(_parse_address),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(env:[A-Za-z_][A-Za-z0-9_]*\??|file:.+|https?://[^\s@]+)$"}
    ),
]
