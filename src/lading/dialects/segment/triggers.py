"""The query language of triggers: `event = "Audience Entered" or (type = "identify" and !contains(traits.plan, "free"))`.

    query   = all ("or" all)*
    all     = single ("and" single)*
    single  = "!" single | "not" single | "(" query ")" | function | compared
    function = ("contains" | "match") "(" path "," text ")"
    compared = path ("=" | "!=" | "<" | "<=" | ">" | ">=") (text | number | true | false | null)

As at Segment, a number and a text that says it are alike (12 and "12"), and so are true and "true". `match` knows `*` (anything) and `?` (one character). Characters of a
path that are neither letters, digits, `_` nor `-` have a backslash before them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lading.dialects.segment.paths import value_at

#: Segment's own interface makes short queries; a long one is a mistake, or an attack.
MAX_LENGTH: Final = 5000
_DEPTH: Final = 50

#: Where a path may begin.
_ROOTS: Final = frozenset(
    {"type", "event", "name", "userId", "anonymousId", "messageId", "properties", "traits", "context"}
)

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])"""
    r"""|(?P<word>(?:[A-Za-z_]|\\.)(?:[\w.-]|\\.)*)|(?P<sign>!=|<=|>=|[=<>!(),]))""",
    re.DOTALL,
)
_ORDER: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

#: A number as JSON writes it, and no longer than one that means something.
_NUMBER: Final = re.compile(r"\s*-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?\s*")
#: Beyond it integers are not told apart by anybody who holds them as JavaScript does; writing out longer ones takes hours.
_LARGE: Final = 10**21

#: Whether an event meets a condition.
Condition = Callable[[Any], bool]


class TriggerError(ValueError):
    """A query that is none; says where, from 1."""


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(query: str) -> Condition:
    """The condition that a query stands for. TriggerError where it is none."""
    if len(query) > MAX_LENGTH:
        raise TriggerError(f"is longer than {MAX_LENGTH:,} characters")
    reader = _Reader(_tokens(query))
    condition = reader.query(0)
    reader.end()
    return condition


def _tokens(query: str) -> list[_Token]:
    found, at = [], 0
    while query[at:].strip():
        match = _TOKEN.match(query, at)
        if match is None or match.lastgroup is None:
            at += len(query[at:]) - len(query[at:].lstrip())
            raise TriggerError(f"character {at + 1} is none of the query language's")
        found.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup) + 1))
        at = match.end()
    return [*found, _Token("end", "", len(query) + 1)]


@dataclass(slots=True)
class _Reader:
    """Reads one token after the other."""

    tokens: list[_Token]
    place: int = 0

    def query(self, depth: int) -> Condition:
        """Some of it is enough."""
        return self._joined("or", lambda: self._joined("and", lambda: self._single(depth), all), any)

    def end(self) -> None:
        """Nothing may be left."""
        if (left := self._next()).kind != "end":
            raise TriggerError(f'expected "and" or "or" at character {left.at}')

    def _joined(self, word: str, read: Callable[[], Condition], judge: Callable[[Any], bool]) -> Condition:
        conditions = [read()]
        while self._taken("word", word):
            conditions.append(read())
        return (
            conditions[0] if len(conditions) == 1 else lambda event: judge(one(event) for one in conditions)
        )

    def _single(self, depth: int) -> Condition:
        if depth > _DEPTH:
            raise TriggerError("is nested too deeply")
        if self._taken("sign", "!") or self._taken("word", "not"):
            return self._negated(depth)
        if self._taken("sign", "("):
            condition = self.query(depth + 1)
            self._expect(")")
            return condition
        return self._function(negated=False) or self._compared(_path(self._next()))

    def _negated(self, depth: int) -> Condition:
        if negated := self._function(negated=True):
            return negated
        inner = self._single(depth + 1)
        return lambda event: not inner(event)

    def _function(self, *, negated: bool) -> Condition | None:
        """A function, if one comes next. Both it and its opposite hold of texts only."""
        name = next((name for name in ("contains", "match") if self._begins(name)), None)
        if name is None:
            return None
        path = _path(self._next())
        self._expect(",")
        wanted = self._next()
        if wanted.kind != "text":
            raise TriggerError(f"expected a text in quotes at character {wanted.at}")
        self._expect(")")
        text = _unquoted(wanted.text)
        glob = re.compile("".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in text), re.DOTALL)

        def holds(event: Any) -> bool:
            value = value_at(event, path)
            found = isinstance(value, str) and (
                text in value if name == "contains" else bool(glob.fullmatch(value))
            )
            return isinstance(value, str) and found is not negated

        return holds

    def _begins(self, function: str) -> bool:
        word, bracket = (*self.tokens[self.place : self.place + 2], self.tokens[-1])[:2]
        begins = word[:2] == ("word", function) and bracket[:2] == ("sign", "(")
        self.place += 2 * begins
        return begins

    def _compared(self, path: tuple[str, ...]) -> Condition:
        sign = self._next()
        if sign.text not in {"=", "!=", *_ORDER}:
            raise TriggerError(f"expected one of = != < <= > >= at character {sign.at}")
        wanted = self._next()
        if sign.text in _ORDER:
            return _ordered(path, sign.text, wanted)
        equal = _equal(wanted)
        if sign.text == "=":
            return lambda event: equal(value_at(event, path))
        return lambda event: not equal(value_at(event, path))

    def _taken(self, kind: str, text: str) -> bool:
        token = self.tokens[self.place]
        taken = token.kind == kind and token.text == text
        self.place += taken
        return taken

    def _expect(self, sign: str) -> None:
        token = self._next()
        if token.text != sign or token.kind != "sign":
            raise TriggerError(f'expected "{sign}" at character {token.at}')

    def _next(self) -> _Token:
        token = self.tokens[self.place]
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token


def _path(token: _Token) -> tuple[str, ...]:
    if token.kind != "word":
        raise TriggerError(f"expected a field such as event or properties.plan at character {token.at}")
    parts = tuple(
        re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in re.split(r"(?<!\\)\.", token.text)
    )
    if parts[0] not in _ROOTS or not all(parts):
        raise TriggerError(
            f"there is no field {token.text} (character {token.at}): take one of {', '.join(sorted(_ROOTS))}"
        )
    return parts


def _ordered(path: tuple[str, ...], sign: str, wanted: _Token) -> Condition:
    limit = _number(_unquoted(wanted.text) if wanted.kind == "text" else wanted.text)
    if limit is None:
        raise TriggerError(f"expected a number at character {wanted.at}")
    compare = _ORDER[sign]
    return lambda event: (value := _number(value_at(event, path))) is not None and compare(value, limit)


def _equal(wanted: _Token) -> Callable[[Any], bool]:
    if wanted.kind == "word" and wanted.text == "null":
        return lambda value: value is None
    if wanted.kind == "text":
        said: str | None = _unquoted(wanted.text)
    elif wanted.kind == "number":
        said = _said(float(wanted.text))
    elif wanted.kind == "word" and wanted.text in {"true", "false"}:
        said = wanted.text
    else:
        raise TriggerError(
            f"expected a text in quotes, a number, true, false or null at character {wanted.at}"
        )
    return lambda value: _said(value) == said


def _said(value: Any) -> str | None:
    """A value as text, by which Segment compares: 12.0 is "12", and true is "true". None for what has none."""
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case int() if abs(value) < _LARGE:
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < _LARGE else repr(value)
    return None


def _number(value: Any) -> float | None:
    """A number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    return float(value) if not isinstance(value, int) or abs(value) < _LARGE else None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
