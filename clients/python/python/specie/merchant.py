"""``Client``: the whole of BitPay's API as Specie has it, with exact numbers.

It signs with a key of its own, and is paired with one store. A ``POST`` is sent under an idempotency key, drawn or named by
you, and so is tried again when nothing came back or the server was busy, without doing it twice on Specie. Never here: what
a call looks like (:mod:`specie.calls`).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union
from urllib.parse import quote

from . import calls, crypto
from ._call import Call, Id, Json
from ._wire import Wire, restored, setup
from .errors import BadAnswer

Day = Union[date, str]
"""A day, or a moment, as ISO 8601."""


class Merchant:
    """What the client that waits and the one of asyncio have in common: who they are, and how they are set up."""

    def __init__(
        self,
        host: str,
        key: Union[str, bytes, None] = None,
        tokens: Optional[Mapping[str, str]] = None,
        *,
        timeout: float = 30.0,
        connect_timeout: float = 10.0,
        retries: int = 3,
        proxy: Optional[str] = None,
        trust: Sequence[str] = (),
        insecure: bool = False,
    ) -> None:
        """A client of a server, such as ``https://pay.example.com``.

        ``key``: a private key, PEM or 64 hexadecimal digits; without one, a new one is drawn. ``tokens``: by facade, as
        they were given when the client was paired. ``timeout``: seconds for an attempt, ``connect_timeout``: of those, for a
        connection. ``retries``: how often is tried again what may be. ``proxy``: such as ``socks5h://127.0.0.1:9050``.
        ``trust``: certificates in PEM that are trusted as well. ``insecure``: any certificate will do, so that anyone on the
        way can read and change everything. ``ValueError`` if one of them makes no sense.
        """
        self._host = host
        self._key = crypto.generate_privkey() if key is None else _pem(key)
        self.tokens: Dict[str, str] = dict(tokens or {})
        """The tokens by facade. Keep them with the key."""
        self._made = setup(timeout, connect_timeout, retries, proxy, trust, insecure)
        self._wire = Wire(host, self.key, None, self._made, exact=True)

    @property
    def host(self) -> str:
        """The server."""
        return self._host

    @property
    def key(self) -> str:
        """The private key, in PEM. Keep it: without it, the client has to be paired anew."""
        return self._key

    @property
    def sin(self) -> str:
        """The client's id: the short form of its public key."""
        return crypto.get_sin_from_pem(self.key)

    def approval_url(self, pairing: Mapping[str, Any]) -> str:
        """Where somebody with a store approves what ``request_pairing`` asked for."""
        return f"{self.host.rstrip('/')}/api-access-request?pairingCode={quote(str(pairing['pairingCode']), safe='')}"

    def _paired(self, call: Call) -> Call:
        tokens = self.tokens
        return call.with_token(tokens.get("merchant") or tokens.get("pos") or next(iter(tokens.values()), None))

    def __getstate__(self) -> Json:
        return {"host": self.host, "key": self.key, "tokens": self.tokens, "setup": self._made._asdict()}

    def __setstate__(self, state: Json) -> None:
        self._host, self._key, self.tokens = state["host"], state["key"], state["tokens"]
        self._made = restored(state["setup"])
        self._wire = Wire(self.host, self.key, None, self._made, exact=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.host})"


class Client(Merchant):
    """A client that waits for its answers. It may be used by several threads, and after a fork.

    Results are what the server says, as dictionaries and lists: fields may be added at any time. A number with a fraction is
    a ``Decimal``. Each call raises :class:`~specie.HTTPError` if the server refuses, or another
    :class:`~specie.SpecieError` if there is no answer.
    """

    def pair(self, code: str, label: Optional[str] = None) -> Dict[str, str]:
        """Claims a code of seven characters that the store's owner made, once. The client has the tokens from then on,
        which are to be kept.
        """
        granted = self.claim_pairing(code, label)
        self.tokens = {**self.tokens, granted["facade"]: granted["token"]}
        return self.tokens

    def request_pairing(self, facade: str, label: str) -> Json:
        """Asks to be paired (``facade``: ``merchant`` or ``pos``): somebody with a store opens
        :meth:`approval_url` and says yes. Its ``token`` works from then on: put it into :attr:`tokens`.
        """
        return self._first(calls.request_pairing(self.sin, facade, label))

    def claim_pairing(self, code: str, label: Optional[str] = None) -> Json:
        """Claims a code: its ``facade`` and ``token``, and all else that the server says of it."""
        return self._first(calls.claim_pairing(self.sin, code, label))

    def get_tokens(self) -> List[Dict[str, str]]:
        """What this client may do: an object for each facade with its token. Empty: it is not paired."""
        return self._list(calls.get_tokens())

    def create_invoice(self, invoice: Mapping[str, Any], *, idempotency_key: Optional[str] = None) -> Json:
        """Makes an invoice: ``{"price": Decimal("19.90"), "currency": "EUR", "orderId": "A-17"}``. Under a key of your own
        (1 to 200 characters of ASCII, such as an order's) it is made once, however often you ask within 24 hours.
        """
        return self._object(calls.create_invoice(invoice), idempotency_key)

    def get_invoice(self, id: Id) -> Json:
        """One invoice, whole."""
        return self._object(calls.get_invoice(id))

    def get_public_invoice(self, id: Id) -> Json:
        """One invoice as anyone sees it, asked without credentials."""
        return self._object(calls.get_public_invoice(id))

    def get_invoices(
        self,
        status: Optional[str] = None,
        order_id: Optional[str] = None,
        item_code: Optional[str] = None,
        date_start: Optional[Day] = None,
        date_end: Optional[Day] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[Json]:
        """The store's invoices, newest first, at most 1,000, of which all that is given holds. ``status``: one, or several
        with commas between.
        """
        return self._list(calls.get_invoices(status, order_id, item_code, date_start, date_end, limit, offset))

    def adjust_invoice(self, id: Id, type: str, commit: Optional[bool] = None) -> Json:
        """Takes what came for what was asked: ``acceptPartialPayment`` or ``acceptOverPayment``. ``commit=False`` shows what
        would come of it, and changes nothing.
        """
        return self._object(calls.adjust_invoice(id, type, commit))

    def resend_notification(self, id: Id) -> str:
        """Tells the shop once more how an invoice stands: ``Success``."""
        return self._text(calls.resend_notification(id))

    def create_refund(
        self, invoice: Id, refund: Mapping[str, Any], *, idempotency_key: Optional[str] = None
    ) -> Json:
        """Asks for something of an invoice to be given back. The merchant signs what pays it elsewhere."""
        return self._object(calls.create_refund(invoice, refund), idempotency_key)

    def get_refunds(self, invoice: Id) -> List[Json]:
        """An invoice's refunds, in the order in which they were asked for."""
        return self._list(calls.get_refunds(invoice))

    def get_refund(self, invoice: Id, refund: Id) -> Json:
        """One of them."""
        return self._object(calls.get_refund(invoice, refund))

    def cancel_refund(self, invoice: Id, refund: Id) -> str:
        """It is not given back after all, unless it was signed for: ``Success``."""
        return self._text(calls.cancel_refund(invoice, refund))

    def get_rates(self) -> List[Json]:
        """What a bitcoin costs, in every currency that the store has a rate for."""
        return self._list(calls.get_rates())

    def get_rates_of(self, base: str) -> List[Json]:
        """The same; ``base`` is ``BTC``."""
        return self._list(calls.get_rates_of(base))

    def get_rate(self, base: str, currency: str) -> Json:
        """What one of ``base`` (``BTC``) costs in ``currency``: ``rate`` of the result."""
        return self._object(calls.get_rate(base, currency))

    def get_currencies(self) -> List[Json]:
        """What prices can be in."""
        return self._list(calls.get_currencies())

    def get_ledgers(self) -> List[Json]:
        """What the store earned, by currency."""
        return self._list(calls.get_ledgers())

    def get_ledger(
        self, currency: str, start_date: Optional[Day] = None, end_date: Optional[Day] = None
    ) -> List[Json]:
        """The entries that add up to it, oldest first, at most 1,000. ``currency`` is ``BTC``; amounts are in satoshis."""
        return self._list(calls.get_ledger(currency, start_date, end_date))

    def _object(self, call: Call, idempotency_key: Optional[str] = None) -> Json:
        answer: Json = self._wire.ask(self._paired(call), idempotency_key)
        return answer

    def _list(self, call: Call) -> List[Json]:
        answer: List[Json] = self._wire.ask(self._paired(call))
        return answer

    def _text(self, call: Call) -> str:
        answer: str = self._wire.ask(self._paired(call))
        return answer

    def _first(self, call: Call) -> Json:
        return first(self._wire.ask(call))


def first(answer: Any) -> Json:
    """A pairing's answer is a list of one."""
    if not (isinstance(answer, list) and answer and isinstance(answer[0], dict)):
        raise BadAnswer("the server's answer is no pairing")
    one: Json = answer[0]
    return one


def _pem(key: Union[str, bytes]) -> str:
    text = key.decode("ascii") if isinstance(key, bytes) else key
    return text if "-----BEGIN" in text else crypto.privkey_from_hex(text)
