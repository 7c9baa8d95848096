"""Every call of BitPay's API, written down once, for the client that waits and for the one that does not.

Names, arguments and results are said at :class:`specie.Client`. Never here: a connection.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ._call import Call, Id, get, given, post


def request_pairing(sin: str, facade: str, label: str) -> Call:
    """Asks for a pairing as this identity."""
    fields = {"id": sin, "facade": facade, "label": label}
    return post("tokens", body={name: text for name, text in fields.items() if text}, anyone=True)


def claim_pairing(sin: str, code: str, label: Optional[str]) -> Call:
    """Claims a code for this identity."""
    return post("tokens", body=given(id=sin, pairingCode=code, label=label), anyone=True)


def get_tokens() -> Call:
    """What the client may do."""
    return get("tokens")


def create_invoice(invoice: Mapping[str, Any]) -> Call:
    """Makes an invoice."""
    return post("invoices", body=invoice)


def get_invoice(id: Id) -> Call:
    """One invoice."""
    return get("invoices", id)


def get_public_invoice(id: Id) -> Call:
    """One invoice as anyone sees it."""
    return get("invoices", id, anyone=True)


def get_invoices(
    status: Optional[str],
    order_id: Optional[str],
    item_code: Optional[str],
    date_start: object,
    date_end: object,
    limit: Optional[int],
    offset: Optional[int],
) -> Call:
    """The store's invoices."""
    wanted = {
        "status": status,
        "orderId": order_id,
        "itemCode": item_code,
        "dateStart": date_start,
        "dateEnd": date_end,
        "limit": limit,
        "offset": offset,
    }
    return get("invoices", query=wanted)


def adjust_invoice(id: Id, type: str, commit: Optional[bool]) -> Call:
    """Takes what came for what was asked."""
    return post("invoices", id, "adjustments", body=given(type=type, commit=commit))


def resend_notification(id: Id) -> Call:
    """Tells the shop once more."""
    return post("invoices", id, "notifications")


def create_refund(invoice: Id, refund: Mapping[str, Any]) -> Call:
    """Asks for something to be given back."""
    return post("invoices", invoice, "refunds", body=refund)


def get_refunds(invoice: Id) -> Call:
    """An invoice's refunds."""
    return get("invoices", invoice, "refunds")


def get_refund(invoice: Id, refund: Id) -> Call:
    """One refund."""
    return get("invoices", invoice, "refunds", refund)


def cancel_refund(invoice: Id, refund: Id) -> Call:
    """It is not given back after all."""
    return Call("DELETE", ("invoices", invoice, "refunds", refund), {})


def get_rates() -> Call:
    """All rates of the store."""
    return get("rates")


def get_rates_of(base: str) -> Call:
    """All rates of what is named."""
    return get("rates", base)


def get_rate(base: str, currency: str) -> Call:
    """One rate."""
    return get("rates", base, currency)


def get_currencies() -> Call:
    """What prices can be in."""
    return get("currencies")


def get_ledgers() -> Call:
    """What the store earned."""
    return get("ledgers")


def get_ledger(currency: str, start_date: object, end_date: object) -> Call:
    """The entries that add up to it."""
    return get("ledgers", currency, bare=True, query={"startDate": start_date, "endDate": end_date})
