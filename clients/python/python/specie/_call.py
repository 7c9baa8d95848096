"""One call of an API as a value: what is asked, and how its answer is read.

Numbers go out exactly: a ``Decimal`` as a text of its digits, which both APIs read as the number. Never here: a
connection, or who asks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union

from .errors import BadAnswer

Json = Dict[str, Any]
"""An object of JSON."""
Id = Union[str, int]
"""What names a thing: BitPay's API has texts, the panel's has numbers."""


NOTHING: Mapping[str, Any] = {}


class Asked(NamedTuple):
    """A call as the Rust client takes it."""

    method: str
    path: List[str]
    query: List[Tuple[str, str]]
    body: Optional[str]
    anyone: bool
    bare: bool
    idempotency_key: Optional[str]


@dataclass(frozen=True)
class Call:
    """A call. ``bare``: the result is the whole answer, not what is under its ``data``."""

    method: str
    path: Tuple[Id, ...]
    query: Mapping[str, object]
    body: Optional[Json] = None
    anyone: bool = False
    bare: bool = False

    def with_token(self, token: Optional[str]) -> Call:
        """The same with a client's token, unless it has one: in the body, or in the query of what has none."""
        if token is None or self.anyone:
            return self
        if self.method == "POST":
            return replace(self, body={"token": token, **(self.body or {})})
        return replace(self, query={"token": token, **self.query})

    def asked(self, idempotency_key: Optional[str]) -> Asked:
        """As it is sent."""
        path = [segment(one) for one in self.path]
        query = [(name, _text(value)) for name, value in self.query.items() if value is not None]
        body = None if self.body is None else write(self.body)
        return Asked(self.method, path, query, body, self.anyone, self.bare, idempotency_key)


def get(
    *path: Id, query: Optional[Mapping[str, object]] = None, bare: bool = False, anyone: bool = False
) -> Call:
    """A call that reads. A parameter that is ``None`` is left out."""
    return Call("GET", path, query or {}, bare=bare, anyone=anyone)


def post(*path: Id, body: Mapping[str, Any] = NOTHING, bare: bool = False, anyone: bool = False) -> Call:
    """A call that makes something, or lets something happen. A field that is ``None`` is sent as ``null``."""
    return Call("POST", path, {}, fields(body), bare=bare, anyone=anyone)


def fields(body: Mapping[str, Any]) -> Json:
    """What is sent, as an object of its own."""
    if not isinstance(body, Mapping):
        raise TypeError(f"what is sent is a dictionary, not {type(body).__name__}")
    return dict(body)


def given(**fields: object) -> Json:
    """The fields that are not ``None``."""
    return {name: value for name, value in fields.items() if value is not None}


def segment(name: Id) -> str:
    """A segment of a path. It may contain anything: it is escaped, and cannot become another path."""
    if isinstance(name, bool) or not isinstance(name, (str, int)):
        raise TypeError(f"an id is a text or a number, not {type(name).__name__}")
    return str(name)


def write(body: Mapping[str, Any]) -> str:
    """An object as JSON. ``ValueError`` for a number that is none (NaN, infinity)."""
    return json.dumps(dict(body), default=_plain, allow_nan=False)


def read(text: str, exact: bool) -> Any:
    """An answer. ``exact``: a number with a fraction is a ``Decimal``, else a ``float``."""
    try:
        return json.loads(text, parse_float=Decimal if exact else float)
    except (ValueError, ArithmeticError, RecursionError) as why:
        raise BadAnswer(f"the server's answer cannot be read: {type(why).__name__}") from None


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("an amount has to be a number")
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
