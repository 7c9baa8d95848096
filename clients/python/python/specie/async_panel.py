"""``AsyncPanel``: the panel's API for asyncio.

Never here: what a call looks like (:mod:`specie.panel_calls`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Mapping, Optional, Union

from . import panel_calls as calls
from ._call import Call, Id, Json
from .merchant import Day
from .panel import Bearer


class AsyncPanel(Bearer):
    """A client for asyncio: the calls of :class:`specie.Panel`, each to be awaited. It belongs to no loop."""

    async def list_stores(self, per_page: Optional[int] = None, cursor: Optional[str] = None) -> Json:
        """As :meth:`specie.Panel.list_stores`."""
        return await self._ask(calls.list_stores(per_page, cursor))

    async def get_store(self, id: Id) -> Json:
        """As :meth:`specie.Panel.get_store`."""
        return await self._ask(calls.get_store(id))

    async def summary(self) -> Json:
        """As :meth:`specie.Panel.summary`."""
        return await self._ask(calls.summary())

    async def list_invoices(
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
        """As :meth:`specie.Panel.list_invoices`."""
        return await self._ask(
            calls.list_invoices(store, per_page, cursor, status, order_id, archived, from_, to, search)
        )

    async def create_store_invoice(
        self, store: Id, invoice: Mapping[str, Any], *, idempotency_key: Optional[str] = None
    ) -> Json:
        """As :meth:`specie.Panel.create_store_invoice`."""
        return await self._ask(calls.create_store_invoice(store, invoice), idempotency_key)

    async def show_invoice(self, number: Id) -> Json:
        """As :meth:`specie.Panel.show_invoice`."""
        return await self._ask(calls.show_invoice(number))

    async def mark_invoice(self, number: Id, status: str) -> Json:
        """As :meth:`specie.Panel.mark_invoice`."""
        return await self._ask(calls.mark_invoice(number, status))

    async def archive_invoice(self, number: Id) -> Json:
        """As :meth:`specie.Panel.archive_invoice`."""
        return await self._ask(calls.archive_invoice(number))

    async def unarchive_invoice(self, number: Id) -> Json:
        """As :meth:`specie.Panel.unarchive_invoice`."""
        return await self._ask(calls.unarchive_invoice(number))

    async def practice(
        self,
        number: Id,
        scenario: str,
        amount: Union[Decimal, str, None] = None,
        blocks: Optional[int] = None,
    ) -> Json:
        """As :meth:`specie.Panel.practice`."""
        return await self._ask(calls.practice(number, scenario, amount, blocks))

    async def list_webhooks(self, store: Id) -> Json:
        """As :meth:`specie.Panel.list_webhooks`."""
        return await self._ask(calls.list_webhooks(store))

    async def create_webhook(self, store: Id, webhook: Mapping[str, Any]) -> Json:
        """As :meth:`specie.Panel.create_webhook`."""
        return await self._ask(calls.create_webhook(store, webhook))

    async def get_webhook(self, store: Id, webhook: Id) -> Json:
        """As :meth:`specie.Panel.get_webhook`."""
        return await self._ask(calls.get_webhook(store, webhook))

    async def update_webhook(self, store: Id, webhook: Id, changes: Mapping[str, Any]) -> Json:
        """As :meth:`specie.Panel.update_webhook`."""
        return await self._ask(calls.update_webhook(store, webhook, changes))

    async def delete_webhook(self, store: Id, webhook: Id) -> Json:
        """As :meth:`specie.Panel.delete_webhook`."""
        return await self._ask(calls.delete_webhook(store, webhook))

    async def rotate_webhook_secret(self, store: Id, webhook: Id) -> Json:
        """As :meth:`specie.Panel.rotate_webhook_secret`."""
        return await self._ask(calls.rotate_webhook_secret(store, webhook))

    async def end_previous_webhook_secret(self, store: Id, webhook: Id) -> Json:
        """As :meth:`specie.Panel.end_previous_webhook_secret`."""
        return await self._ask(calls.end_previous_webhook_secret(store, webhook))

    async def test_webhook(self, store: Id, webhook: Optional[int] = None) -> Json:
        """As :meth:`specie.Panel.test_webhook`."""
        return await self._ask(calls.test_webhook(store, webhook))

    async def _ask(self, call: Call, idempotency_key: Optional[str] = None) -> Json:
        answer: Json = await self._wire.ask_async(call, idempotency_key)
        return answer
