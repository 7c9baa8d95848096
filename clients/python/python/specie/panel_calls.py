"""Every call of the panel's API, written down once, for the client that waits and for the one that does not.

Names, arguments and results are said at :class:`specie.Panel`. Never here: a connection.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ._call import Call, Id, fields, get, given, post

_API = ("api", "v1")


def list_stores(per_page: Optional[int], cursor: Optional[str]) -> Call:
    """The stores that the token opens, a page."""
    return get(*_API, "stores", bare=True, query={"per_page": per_page, "cursor": cursor})


def get_store(id: Id) -> Call:
    """One of them."""
    return get(*_API, "stores", id)


def summary() -> Call:
    """The merchant's metrics."""
    return get(*_API, "balance-or-summary")


def list_invoices(
    store: Id,
    per_page: Optional[int],
    cursor: Optional[str],
    status: Optional[str],
    order_id: Optional[str],
    archived: Optional[bool],
    from_: object,
    to: object,
    search: Optional[str],
) -> Call:
    """A store's invoices, a page."""
    wanted = {
        "per_page": per_page,
        "cursor": cursor,
        "status": status,
        "order_id": order_id,
        "archived": archived,
        "from": from_,
        "to": to,
        "search": search,
    }
    return get(*_API, "stores", store, "invoices", bare=True, query=wanted)


def create_store_invoice(store: Id, invoice: Mapping[str, Any]) -> Call:
    """Makes an invoice."""
    return post(*_API, "stores", store, "invoices", body=invoice)


def show_invoice(number: Id) -> Call:
    """One invoice."""
    return get(*_API, "invoices", number)


def mark_invoice(number: Id, status: str) -> Call:
    """Decides how an invoice stands."""
    return post(*_API, "invoices", number, "mark", body={"status": status})


def archive_invoice(number: Id) -> Call:
    """Puts an invoice out of sight."""
    return post(*_API, "invoices", number, "archive")


def unarchive_invoice(number: Id) -> Call:
    """Puts it back."""
    return post(*_API, "invoices", number, "unarchive")


def practice(number: Id, scenario: str, amount: object, blocks: Optional[int]) -> Call:
    """Makes something happen to a practice invoice."""
    body = given(scenario=scenario, amount=amount, blocks=blocks)
    return post(*_API, "invoices", number, "practice", body=body)


def list_webhooks(store: Id) -> Call:
    """A store's webhooks, a page."""
    return get(*_API, "stores", store, "webhooks", bare=True)


def create_webhook(store: Id, webhook: Mapping[str, Any]) -> Call:
    """Makes one."""
    return post(*_API, "stores", store, "webhooks", body=webhook)


def get_webhook(store: Id, webhook: Id) -> Call:
    """One of them."""
    return get(*_API, "stores", store, "webhooks", webhook)


def update_webhook(store: Id, webhook: Id, changes: Mapping[str, Any]) -> Call:
    """Changes what is named."""
    return Call("PATCH", (*_API, "stores", store, "webhooks", webhook), {}, fields(changes))


def delete_webhook(store: Id, webhook: Id) -> Call:
    """Deletes one."""
    return Call("DELETE", (*_API, "stores", store, "webhooks", webhook), {})


def rotate_webhook_secret(store: Id, webhook: Id) -> Call:
    """A new secret."""
    return post(*_API, "stores", store, "webhooks", webhook, "rotate-secret")


def end_previous_webhook_secret(store: Id, webhook: Id) -> Call:
    """The secret before signs no longer."""
    return post(*_API, "stores", store, "webhooks", webhook, "end-previous-secret")


def test_webhook(store: Id, webhook: Optional[int]) -> Call:
    """Sends a test."""
    return post(*_API, "stores", store, "webhook-test", body=given(webhook=webhook), bare=True)
