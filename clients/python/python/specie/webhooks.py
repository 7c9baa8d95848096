"""Webhooks and notifications: whether what arrived is from the server, and what it says.

A webhook is signed, over its body as it arrived: verify the bytes, never what a framework made of them. What was signed more
than five minutes ago may be somebody's repetition, and is refused. A notification of BitPay's API (IPN) is unsigned: it is a
hint to fetch the invoice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Optional, Union

from . import _native
from ._call import Json

TOLERANCE = 300
"""How old a signature may be, in seconds, and how far ahead of this clock."""


class NotGenuine(ValueError):
    """What arrived is not to be believed: answer with 400, and do nothing."""


@dataclass(frozen=True)
class Ipn:
    """What a notification says. Anyone can send one: fetch the invoice before you ship."""

    id: str
    """The invoice that is to be fetched."""
    status: str
    """How it stood, if the sender is to be believed."""
    event: Optional[str]
    """What happened (``invoice_confirmed``), if the notification is of the named form."""
    data: Json
    """Everything that was said of the invoice."""


def verify(secret: str, signature: Optional[str], body: Union[bytes, str], *, now: Optional[int] = None) -> Json:
    """The event in a webhook's body: ``id``, ``event``, ``created_at`` and ``data``, fractions as ``Decimal``.

    ``signature`` is the header ``Specie-Signature``; ``body`` what was posted, byte for byte. ``now``: seconds since 1970, this
    machine's time if you do not say. :class:`NotGenuine` if anything is wrong.
    """
    body, at = _bytes(body), _native.now() if now is None else now
    _refuse(_native.check_webhook(secret, _plain(signature), body, at))
    return _object(body)


def verify_btcpay(secret: str, signature: Optional[str], body: Union[bytes, str]) -> Json:
    """The same of a webhook that BTCPay Server signed, in the header ``BTCPay-Sig``. It has no time: a repetition passes."""
    body = _bytes(body)
    _refuse(_native.check_btcpay_webhook(secret, _plain(signature), body))
    return _object(body)


def sign(secret: str, body: Union[bytes, str], *, now: Optional[int] = None) -> str:
    """A ``Specie-Signature`` of your own, for tests of what receives."""
    return _native.sign_webhook(secret, _bytes(body), _native.now() if now is None else now)


def parse_ipn(body: Union[bytes, str]) -> Ipn:
    """Reads what was posted to an invoice's ``notificationURL``, flat or named. ``ValueError`` if it is none."""
    whole = _object(_bytes(body))
    named = isinstance(whole.get("data"), dict)
    data, event = (whole["data"], whole.get("event")) if named else (whole, None)
    name = event.get("name") if isinstance(event, dict) else None
    if not (isinstance(data.get("id"), str) and isinstance(data.get("status"), str)):
        raise ValueError("a notification has the id and the status of an invoice")
    return Ipn(data["id"], data["status"], name if isinstance(name, str) else None, data)


def _plain(signature: Optional[str]) -> str:
    """A header as it can be handed over: what a stranger put into it may be no text."""
    return (signature or "").encode("ascii", "replace").decode("ascii")


def _bytes(body: Union[bytes, str]) -> bytes:
    """As it arrived: frameworks keep bytes that are no text as surrogates."""
    return body.encode("utf-8", "surrogateescape") if isinstance(body, str) else bytes(body)


def _refuse(why: Optional[str]) -> None:
    if why is not None:
        raise NotGenuine(why)


def _object(body: bytes) -> Json:
    try:
        read: Any = json.loads(body, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise NotGenuine("it is no JSON") from None
    if not isinstance(read, dict):
        raise NotGenuine("it is no object of JSON")
    return read
