"""The settings of `identity:` as options of a command: each by its own name, beside `--identity KEY=VALUE`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature
from typing import Annotated, Any, Final

import typer

#: Setting -> what its option says of itself.
_CHOICES: Final = {
    "email_plus": "a+tag@x: merge (atag@x), keep, or drop-tag (a@x).",
    "email_underscore": "The _ of e-mail addresses: keep or strip.",
    "email_non_ascii": "An e-mail address with a letter beyond ASCII: null (not sent), keep or strip.",
    "phone_plus": "The plus of phone numbers: strip or keep.",
    "postal_case": "Postal codes with letters: upper or lower.",
    "variants": "Kinds of further spellings, parted by commas, such as folded_accents,address_words.",
}
_SWITCHES: Final = {
    "gmail": "Gmail addresses lose dots and tag.",
    "pad_zip": "Postal codes get their lost leading zeros back.",
    "state_native_names": "Bayern, Firenze and Bretagne are states, too.",
}
_LIST: Final = {
    "placeholders": (
        "--placeholder",
        "A text that stands for nothing; with ! before it one that does not. May be repeated.",
    )
}
_ANY: Final = "A setting of identity: by its name, such as email_plus=keep. May be repeated."


def takes_identity(command: Callable[..., None]) -> Callable[..., None]:
    """The command with these options; it is given what was said as `identity`, each `KEY=VALUE`."""
    own = inspect.signature(command, eval_str=True)
    options = [
        *(_option(key, str, f"--{key.replace('_', '-')}", said) for key, said in _CHOICES.items()),
        *(_option(key, bool, f"--{key.replace('_', '-')}", said) for key, said in _SWITCHES.items()),
        *(_option(key, list[str], name, said) for key, (name, said) in _LIST.items()),
        _option("identity", list[str], "--identity", _ANY, "KEY=VALUE"),
    ]

    @wraps(command)
    def with_identity(**said: Any) -> None:
        given = [line for one in options for line in _lines(one.name, said.pop(one.name))]
        command(**said, identity=tuple(given))

    kept = [one for one in own.parameters.values() if one.name != "identity"]
    vars(with_identity)["__signature__"] = Signature([*kept, *options])
    with_identity.__annotations__ = {one.name: one.annotation for one in (*kept, *options)}
    return with_identity


def _option(key: str, kind: Any, name: str, said: str, metavar: str | None = None) -> Parameter:
    option = typer.Option(name, help=said, metavar=metavar, show_default=False)
    return Parameter(key, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option])


def _lines(key: str, said: Any) -> list[str]:
    if not said:
        return []
    if key == "identity":
        return list(said)
    return [f"{key}={'true' if said is True else ','.join(said) if isinstance(said, list) else said}"]
