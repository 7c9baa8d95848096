"""A shop: it sells one thing, and ships when the server says that it is paid.

    python shop.py https://pay.example.com PAIRING_CODE

The first time, it is paired by a code from the store's owner, and keeps its key and token in `shop.json`.
"""

import json
import os
import sys
from decimal import Decimal
from typing import Optional

from specie import Client, HTTPError, SpecieError, webhooks

KEPT = "shop.json"


def open_shop(host: str, code: Optional[str]) -> Client:
    """The client that was paired before, or a new one."""
    if code is None:
        with open(KEPT, encoding="utf-8") as kept:
            saved = json.load(kept)
        return Client(host, saved["key"], saved["tokens"])
    client = Client(host)
    client.pair(code, label="shop.py")
    with open(os.open(KEPT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as kept:
        json.dump({"key": client.key, "tokens": client.tokens}, kept)
    return client


def sell(client: Client, order: str, price: Decimal) -> str:
    """Where the buyer of an order pays. Asked twice for one order, it is one invoice."""
    invoice = client.create_invoice(
        {"price": price, "currency": "EUR", "orderId": order}, idempotency_key=f"order-{order}"
    )
    url: str = invoice["url"]
    return url


def hear(secret: str, signature: Optional[str], body: bytes) -> Optional[str]:
    """The order that is to be shipped, if that is what a webhook says."""
    event = webhooks.verify(secret, signature, body)
    if event["event"] != "invoice.confirmed":
        return None
    order: Optional[str] = event["data"]["order_id"]
    return order


def main() -> int:
    """Sells a book."""
    host, code = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    try:
        print("pay here:", sell(open_shop(host, code), "A-17", Decimal("19.90")))
    except HTTPError as error:
        print(f"the server says no ({error.status_code}): {error.message}", file=sys.stderr)
        return 1
    except SpecieError as error:
        print(f"no answer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
