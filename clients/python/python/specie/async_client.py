"""``AsyncClient``: BitPay's API for asyncio.

It waits as the Rust client does, without a thread of Python's for each call. Never here: what a call looks like
(:mod:`specie.calls`).
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from . import calls
from ._call import Call, Id, Json
from .merchant import Day, Merchant, first


class AsyncClient(Merchant):
    """A client for asyncio: the calls of :class:`specie.Client`, each to be awaited. It belongs to no loop.

    A task that is cancelled, or whose ``asyncio.timeout`` is over, ends its call; whether the server did what was asked is not
    known then.
    """

    async def pair(self, code: str, label: Optional[str] = None) -> Dict[str, str]:
        """As :meth:`specie.Client.pair`."""
        granted = await self.claim_pairing(code, label)
        self.tokens = {**self.tokens, granted["facade"]: granted["token"]}
        return self.tokens

    async def request_pairing(self, facade: str, label: str) -> Json:
        """As :meth:`specie.Client.request_pairing`."""
        return await self._first(calls.request_pairing(self.sin, facade, label))

    async def claim_pairing(self, code: str, label: Optional[str] = None) -> Json:
        """As :meth:`specie.Client.claim_pairing`."""
        return await self._first(calls.claim_pairing(self.sin, code, label))

    async def get_tokens(self) -> List[Dict[str, str]]:
        """As :meth:`specie.Client.get_tokens`."""
        return await self._list(calls.get_tokens())

    async def create_invoice(self, invoice: Mapping[str, Any], *, idempotency_key: Optional[str] = None) -> Json:
        """As :meth:`specie.Client.create_invoice`."""
        return await self._object(calls.create_invoice(invoice), idempotency_key)

    async def get_invoice(self, id: Id) -> Json:
        """As :meth:`specie.Client.get_invoice`."""
        return await self._object(calls.get_invoice(id))

    async def get_public_invoice(self, id: Id) -> Json:
        """As :meth:`specie.Client.get_public_invoice`."""
        return await self._object(calls.get_public_invoice(id))

    async def get_invoices(
        self,
        status: Optional[str] = None,
        order_id: Optional[str] = None,
        item_code: Optional[str] = None,
        date_start: Optional[Day] = None,
        date_end: Optional[Day] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[Json]:
        """As :meth:`specie.Client.get_invoices`."""
        return await self._list(calls.get_invoices(status, order_id, item_code, date_start, date_end, limit, offset))

    async def adjust_invoice(self, id: Id, type: str, commit: Optional[bool] = None) -> Json:
        """As :meth:`specie.Client.adjust_invoice`."""
        return await self._object(calls.adjust_invoice(id, type, commit))

    async def resend_notification(self, id: Id) -> str:
        """As :meth:`specie.Client.resend_notification`."""
        return await self._text(calls.resend_notification(id))

    async def create_refund(
        self, invoice: Id, refund: Mapping[str, Any], *, idempotency_key: Optional[str] = None
    ) -> Json:
        """As :meth:`specie.Client.create_refund`."""
        return await self._object(calls.create_refund(invoice, refund), idempotency_key)

    async def get_refunds(self, invoice: Id) -> List[Json]:
        """As :meth:`specie.Client.get_refunds`."""
        return await self._list(calls.get_refunds(invoice))

    async def get_refund(self, invoice: Id, refund: Id) -> Json:
        """As :meth:`specie.Client.get_refund`."""
        return await self._object(calls.get_refund(invoice, refund))

    async def cancel_refund(self, invoice: Id, refund: Id) -> str:
        """As :meth:`specie.Client.cancel_refund`."""
        return await self._text(calls.cancel_refund(invoice, refund))

    async def get_rates(self) -> List[Json]:
        """As :meth:`specie.Client.get_rates`."""
        return await self._list(calls.get_rates())

    async def get_rates_of(self, base: str) -> List[Json]:
        """As :meth:`specie.Client.get_rates_of`."""
        return await self._list(calls.get_rates_of(base))

    async def get_rate(self, base: str, currency: str) -> Json:
        """As :meth:`specie.Client.get_rate`."""
        return await self._object(calls.get_rate(base, currency))

    async def get_currencies(self) -> List[Json]:
        """As :meth:`specie.Client.get_currencies`."""
        return await self._list(calls.get_currencies())

    async def get_ledgers(self) -> List[Json]:
        """As :meth:`specie.Client.get_ledgers`."""
        return await self._list(calls.get_ledgers())

    async def get_ledger(
        self, currency: str, start_date: Optional[Day] = None, end_date: Optional[Day] = None
    ) -> List[Json]:
        """As :meth:`specie.Client.get_ledger`."""
        return await self._list(calls.get_ledger(currency, start_date, end_date))

    async def _object(self, call: Call, idempotency_key: Optional[str] = None) -> Json:
        answer: Json = await self._wire.ask_async(self._paired(call), idempotency_key)
        return answer

    async def _list(self, call: Call) -> List[Json]:
        answer: List[Json] = await self._wire.ask_async(self._paired(call))
        return answer

    async def _text(self, call: Call) -> str:
        answer: str = await self._wire.ask_async(self._paired(call))
        return answer

    async def _first(self, call: Call) -> Json:
        return first(await self._wire.ask_async(call))
