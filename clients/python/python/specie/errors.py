"""What can go wrong. All of it is a :class:`SpecieError`.

Shops that were written for ``btcpay-python`` catch the errors of ``requests``. This package does not need ``requests``; but
where a program has loaded it, what is raised is an error of the same kind of both: ``requests.exceptions.HTTPError``,
``ConnectionError``, ``Timeout`` and ``InvalidJSONError``. Never here: a token, a key, or a URL with one in it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Dict, List, Optional, Tuple, Type, cast

from ._native import Failure


@dataclass(frozen=True)
class Response:
    """What a server said when it refused, under the names of ``requests``."""

    status_code: int
    """The HTTP status."""
    text: str
    """What it said, as JSON: ``{"error": …}``, with ``errors`` where it named fields."""

    @property
    def ok(self) -> bool:
        """Always false."""
        return False

    @property
    def reason(self) -> str:
        """The status in words."""
        try:
            return HTTPStatus(self.status_code).phrase
        except ValueError:
            return ""

    def json(self) -> Any:
        """The same as Python's values."""
        return json.loads(self.text)


class SpecieError(Exception):
    """Why there is no answer."""

    def __reduce__(self) -> Tuple[Any, ...]:
        kind = next(one for one in type(self).__mro__ if globals().get(one.__name__) is one)
        return _again, (kind, self.args, dict(self.__dict__))


class HTTPError(SpecieError):
    """The server understood and said no, or failed."""

    status_code: int = 0
    """The HTTP status."""
    message: str = ""
    """The server's own words."""
    fields: Dict[str, List[str]] = {}
    """What is wrong with each field, where the server says so (the panel's API, status 422)."""
    request_id: Optional[str] = None
    """The name of this exchange in the server's log, for whoever runs the server."""
    retry_after: Optional[int] = None
    """How many seconds the server asks to be left alone."""
    response: Any = None
    """The same as a :class:`Response`."""


class ConnectionFailed(SpecieError):
    """No connection, or one that broke. Whether the server did what was asked is not known."""


class Timeout(SpecieError):
    """No whole answer in time. Whether the server did what was asked is not known."""


class BadAnswer(SpecieError, ValueError):
    """The answer is none: no JSON, JSON of another form, too large, or a redirect. Redirects are not followed."""

    status_code: Optional[int] = None
    """The HTTP status, if that was read."""


class Unsendable(SpecieError, ValueError):
    """What was asked for cannot be sent: an empty id, a text that is no JSON."""


_OF_REQUESTS = {
    HTTPError: "HTTPError",
    ConnectionFailed: "ConnectionError",
    Timeout: "Timeout",
    BadAnswer: "InvalidJSONError",
}
_KINDS: Dict[str, Type[SpecieError]] = {
    "refused": HTTPError,
    "unreachable": ConnectionFailed,
    "timeout": Timeout,
    "unreadable": BadAnswer,
    "redirected": BadAnswer,
}
_of_both: Dict[Tuple[Type[SpecieError], type], Type[SpecieError]] = {}


def of(failure: Failure) -> SpecieError:
    """The error to raise."""
    error = _kind(_KINDS.get(failure.kind, Unsendable))(_words(failure))
    if isinstance(error, HTTPError):
        said = {"error": failure.message, **({"errors": failure.fields} if failure.fields else {})}
        error.status_code = failure.status or 0
        error.message, error.fields = failure.message, failure.fields
        error.request_id, error.retry_after = failure.request_id, failure.retry_after
        error.response = Response(error.status_code, json.dumps(said))
    elif isinstance(error, BadAnswer):
        error.status_code = failure.status
    return error


def _words(failure: Failure) -> str:
    refused = failure.kind == "refused"
    return f"the server answered {failure.status}: {failure.message}" if refused else failure.message


def _kind(ours: Type[SpecieError]) -> Type[SpecieError]:
    """The class itself, or one that is also the class of ``requests``, if the program has loaded that."""
    theirs = getattr(sys.modules.get("requests.exceptions"), _OF_REQUESTS.get(ours, ""), None)
    if not isinstance(theirs, type) or not issubclass(theirs, Exception):
        return ours
    if (ours, theirs) not in _of_both:
        words = {"__module__": ours.__module__, "__doc__": ours.__doc__}
        both = type(ours.__name__, (ours, theirs), words)
        _of_both[ours, theirs] = cast(Type[SpecieError], both)
    return _of_both[ours, theirs]


def _again(kind: Type[SpecieError], args: Tuple[Any, ...], state: Dict[str, Any]) -> SpecieError:
    error = _kind(kind)(*args)
    error.__dict__.update(state)
    return error
