"""``Panel``: the panel's API, ``/api/v1``: stores and invoices by small numbers, with a token from the dashboard.

Never here: what a call looks like (:mod:`specie.panel_calls`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Mapping, Optional, Sequence, Union

from . import panel_calls as calls
from ._call import Call, Id, Json
from ._wire import Wire, restored, setup
from .merchant import Day


class Bearer:
    """What the client that waits and the one of asyncio have in common: whose they are, and how they are set up."""

    def __init__(
        self,
        host: str,
        token: str,
        *,
        timeout: float = 30.0,
        connect_timeout: float = 10.0,
        retries: int = 3,
        proxy: Optional[str] = None,
        trust: Sequence[str] = (),
        insecure: bool = False,
    ) -> None:
        """A client of a server, such as ``https://pay.example.com``, with a token from its dashboard. The settings are
        those of :class:`specie.Client`.
        """
        self._host = host
        self._token = token
        self._made = setup(timeout, connect_timeout, retries, proxy, trust, insecure)
        self._wire = Wire(host, None, token, self._made, exact=True)

    @property
    def host(self) -> str:
        """The server."""
        return self._host

    def __getstate__(self) -> Json:
        return {"host": self.host, "token": self._token, "setup": self._made._asdict()}

    def __setstate__(self, state: Json) -> None:
        self._host, self._token = state["host"], state["token"]
        self._made = restored(state["setup"])
        self._wire = Wire(self.host, None, self._token, self._made, exact=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.host})"


class Panel(Bearer):
    """A client that waits for its answers. It may be used by several threads, and after a fork.

    A list is a page: its items under ``data``, and ``meta["next_cursor"]`` for the next page. A number with a fraction is a
    ``Decimal``. Errors are those of :class:`specie.Client`.
    """

    def list_stores(self, per_page: Optional[int] = None, cursor: Optional[str] = None) -> Json:
        """The stores that the token opens, newest first, a page of at most 100 (20 if you do not say)."""
        return self._ask(calls.list_stores(per_page, cursor))

    def get_store(self, id: Id) -> Json:
        """One of them."""
        return self._ask(calls.get_store(id))

    def summary(self) -> Json:
        """The merchant's metrics, of all stores and of each."""
        return self._ask(calls.summary())

    def list_invoices(
        self,
        store: Id,
        per_page: Optional[int] = None,
        cursor: Optional[str] = None,
        status: Optional[str] = None,
        order_id: Optional[str] = None,
        archived: Optional[bool] = None,
        from_: Optional[Day] = None,
        to: Optional[Day] = None,
        search: Optional[str] = None,
    ) -> Json:
        """A store's invoices, newest first, a page of those of which all that is given holds."""
        return self._ask(
            calls.list_invoices(store, per_page, cursor, status, order_id, archived, from_, to, search)
        )

    def create_store_invoice(
        self, store: Id, invoice: Mapping[str, Any], *, idempotency_key: Optional[str] = None
    ) -> Json:
        """Makes an invoice: ``{"amount": Decimal("19.90"), "currency": "EUR"}``. Under a key of your own it is made once,
        however often you ask within 24 hours.
        """
        return self._ask(calls.create_store_invoice(store, invoice), idempotency_key)

    def show_invoice(self, number: Id) -> Json:
        """One invoice."""
        return self._ask(calls.show_invoice(number))

    def mark_invoice(self, number: Id, status: str) -> Json:
        """Decides how an invoice stands, whatever was or is paid: ``complete`` or ``invalid``."""
        return self._ask(calls.mark_invoice(number, status))

    def archive_invoice(self, number: Id) -> Json:
        """Puts an invoice out of sight of lists."""
        return self._ask(calls.archive_invoice(number))

    def unarchive_invoice(self, number: Id) -> Json:
        """Puts it back."""
        return self._ask(calls.unarchive_invoice(number))

    def practice(
        self,
        number: Id,
        scenario: str,
        amount: Union[Decimal, str, None] = None,
        blocks: Optional[int] = None,
    ) -> Json:
        """Makes something happen to an invoice of a practice store, such as ``pay`` or ``mine``. ``amount`` is in bitcoin.
        The result is the invoice once it shows.
        """
        return self._ask(calls.practice(number, scenario, amount, blocks))

    def list_webhooks(self, store: Id) -> Json:
        """A store's webhooks, newest first; at most ten, on one page."""
        return self._ask(calls.list_webhooks(store))

    def create_webhook(self, store: Id, webhook: Mapping[str, Any]) -> Json:
        """Makes one: ``{"url": …}``, perhaps with ``events``. Its ``secret`` is in this result alone."""
        return self._ask(calls.create_webhook(store, webhook))

    def get_webhook(self, store: Id, webhook: Id) -> Json:
        """One of them."""
        return self._ask(calls.get_webhook(store, webhook))

    def update_webhook(self, store: Id, webhook: Id, changes: Mapping[str, Any]) -> Json:
        """Changes what is named of one."""
        return self._ask(calls.update_webhook(store, webhook, changes))

    def delete_webhook(self, store: Id, webhook: Id) -> Json:
        """Deletes one. The result is what it was."""
        return self._ask(calls.delete_webhook(store, webhook))

    def rotate_webhook_secret(self, store: Id, webhook: Id) -> Json:
        """A new ``secret``, in the result. The one before signs beside it for 24 hours."""
        return self._ask(calls.rotate_webhook_secret(store, webhook))

    def end_previous_webhook_secret(self, store: Id, webhook: Id) -> Json:
        """The secret before signs no longer."""
        return self._ask(calls.end_previous_webhook_secret(store, webhook))

    def test_webhook(self, store: Id, webhook: Optional[int] = None) -> Json:
        """Sends a test, to the oldest webhook that is enabled if none is named: ``success``, ``data``, and ``message`` if
        something went wrong.
        """
        return self._ask(calls.test_webhook(store, webhook))

    def _ask(self, call: Call, idempotency_key: Optional[str] = None) -> Json:
        answer: Json = self._wire.ask(call, idempotency_key)
        return answer
