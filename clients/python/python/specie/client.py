"""``BTCPayClient``: the client of ``btcpay-python`` under the same names, with the same results.

It talks to Specie and to BTCPay Server alike. Results are plain dictionaries and lists, and fractions are ``float``, as they
were; :class:`specie.Client` has the whole API, with exact numbers. A call is tried once, as before, unless ``retries`` is
said. Never here: what another client does not have.
"""

from __future__ import annotations

import os
import re
from typing import Any, Dict, List, Mapping, Optional, Tuple, TypeVar, Union

from . import crypto as _crypto
from ._call import Id, Json, get, post
from ._wire import Setup, Wire, setup

Self = TypeVar("Self", bound="BTCPayClient")

TOR = "socks5://127.0.0.1:9050"
"""Where Tor listens unless told otherwise."""


class BTCPayClient:
    """A client of one server, paired by its private key and the tokens that it was given.

    Attributes: ``host``, ``pem``, ``tokens`` (by facade), ``verify`` (false: any certificate will do), ``client_id`` (the
    SIN), ``proxy``, ``timeout`` in seconds, ``retries``.
    """

    user_agent = "specie-python"

    def __init__(
        self,
        host: str,
        pem: Union[str, bytes],
        insecure: bool = False,
        tokens: Optional[Mapping[str, str]] = None,
        *,
        proxy: Optional[str] = None,
        timeout: float = 30.0,
        retries: int = 0,
    ) -> None:
        """``insecure``: any certificate will do, so that anyone on the way can read and change everything."""
        self.host = host
        self.verify = not insecure
        self.pem = pem.decode("ascii") if isinstance(pem, bytes) else pem
        self.tokens: Dict[str, str] = dict(tokens or {})
        self.client_id = _crypto.get_sin_from_pem(pem)
        self.proxy = proxy
        self.timeout = timeout
        self.retries = retries

    @classmethod
    def create_client(cls: type[Self], code: str, host: str) -> Self:
        """A new client with a key of its own, paired by a code from the store's owner. A code works once: keep the client
        (``pickle.dumps``).
        """
        return cls._paired(code, host, None)

    @classmethod
    def create_tor_client(cls: type[Self], code: str, host: str, proxy: str = TOR) -> Self:
        """The same through Tor, for servers whose address ends with ``.onion``. Names are always looked up by the proxy."""
        return cls._paired(code, host, re.sub("^socks5:", "socks5h:", proxy))

    @classmethod
    def _paired(cls: type[Self], code: str, host: str, proxy: Optional[str]) -> Self:
        client = cls(host=host, pem=_crypto.generate_privkey())
        client.proxy = proxy
        client.tokens = client.pair_client(code)
        return client

    def pair_client(self, code: str) -> Dict[str, str]:
        """Claims a code of seven characters, once: the token by its facade, to be kept and given to a client."""
        if re.fullmatch(r"\w{7}", code) is None:
            raise ValueError("pairing code is not legal")
        body = {"id": self.client_id, "pairingCode": code}
        granted = self._wire().ask(post("tokens", body=body, anyone=True))[0]
        return {granted["facade"]: granted["token"]}

    def create_invoice(self, payload: Mapping[str, Any], token: Optional[str] = None) -> Json:
        """Makes an invoice: ``{"price": 20, "currency": "USD"}`` and what else BitPay's API knows. ``ValueError`` for a
        price that is no number.
        """
        try:
            float(payload["price"])
        except ValueError as e:
            raise ValueError("Price must be a float") from e
        chosen = self._token(token)
        # One that is in the payload may be of an earlier client: `btcpay-python` puts its own there.
        whole = dict(payload) if chosen is None else {**payload, "token": chosen}
        invoice: Json = self._wire().ask(post("invoices", body=whole))
        return invoice

    def get_invoice(self, invoice_id: Id, token: Optional[str] = None) -> Json:
        """One invoice: ``invoice["status"]`` says how it stands. Ask after every notification, which anyone can send."""
        invoice: Json = self._wire().ask(get("invoices", invoice_id).with_token(self._token(token)))
        return invoice

    def get_invoices(
        self,
        status: Optional[str] = None,
        order_id: Optional[str] = None,
        item_code: Optional[str] = None,
        date_start: Optional[str] = None,
        date_end: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        token: Optional[str] = None,
    ) -> List[Json]:
        """The store's invoices, newest first, of which all that is given holds."""
        wanted = {
            "status": status,
            "orderId": order_id,
            "itemCode": item_code,
            "dateStart": date_start,
            "dateEnd": date_end,
            "limit": limit,
            "offset": offset,
        }
        call = get("invoices", query=wanted).with_token(self._token(token))
        invoices: List[Json] = self._wire().ask(call)
        return invoices

    def get_rates(self, crypto: str = "BTC", store_id: Optional[str] = None) -> List[Json]:
        """What a bitcoin costs, in every currency that the store has a rate for."""
        query = {"cryptoCode": crypto, "storeID": store_id or None}
        rates: List[Json] = self._wire().ask(get("rates", query=query).with_token(self._token(None)))
        return rates

    def get_rate(self, currency: str, crypto: str = "BTC", store_id: Optional[str] = None) -> float:
        """What a bitcoin costs in one currency. ``IndexError`` if there is no rate."""
        rates = self.get_rates(crypto=crypto, store_id=store_id)
        rate: float = [rate for rate in rates if rate["code"] == currency.upper()][0]["rate"]
        return rate

    def _token(self, token: Optional[str]) -> Optional[str]:
        return token or next(iter(self.tokens.values()), None)

    def _wire(self) -> Wire:
        """The connections, made when they are needed, and anew when an attribute was changed."""
        trust = [] if not self.verify else _trusted()
        made_of: Tuple[str, str, Setup] = (
            self.host,
            self.pem,
            setup(self.timeout, 10.0, self.retries, self.proxy, trust, not self.verify),
        )
        kept: Optional[Tuple[object, Wire]] = self.__dict__.get("_open")
        if kept is not None and kept[0] == made_of:
            return kept[1]
        wire = Wire(self.host, self.pem, None, made_of[2], exact=False)
        self.__dict__["_open"] = (made_of, wire)
        return wire

    def __getstate__(self) -> Json:
        return {name: value for name, value in self.__dict__.items() if name != "_open"}

    def __setstate__(self, state: Json) -> None:
        # What a newer version has besides is as it is by default.
        self.__dict__.update({"proxy": None, "timeout": 30.0, "retries": 0, **state})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.host})"


def _trusted() -> List[str]:
    """The certificates that ``requests`` is told to trust by its variable, in PEM."""
    path = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if not path or not os.path.isfile(path):
        return []
    with open(path, encoding="utf-8", errors="replace") as bundle:
        return [bundle.read()]
