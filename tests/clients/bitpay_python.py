#!/usr/bin/env python3
"""A shop in Python, on the unmodified PyPI `bitpay` 2.6.1910.

It talks to its test as python_client.py does: one JSON object a line on stdout, {"step": …, "await": null or what must be
done, …}; where it waits it goes on when a line comes on stdin. It ends with status 0 after {"step": "done"}, or with
status 1 and the reason on stderr.

The store is this run's own, in dollars, with a rate for BTC_USD.
Environment: SPECIE_URL, SPECIE_POS_PAIRING_CODE, SPECIE_PAIRING_CODE, SPECIE_IPN_URL; SPECIE_DEADLINE_SECS (default 60)
bounds every wait for a status.
"""

import json
import os
import re
import sys
import time

from bitpay import key_utils
from bitpay.client import Client
from bitpay.exceptions import BitPayArgumentError, BitPayBitPayError

URL = os.environ["SPECIE_URL"].rstrip("/")
POS_CODE = os.environ["SPECIE_POS_PAIRING_CODE"]
CODE = os.environ["SPECIE_PAIRING_CODE"]
IPN_URL = os.environ["SPECIE_IPN_URL"]
DEADLINE_SECS = int(os.environ.get("SPECIE_DEADLINE_SECS", "60"))


class Mismatch(Exception):
    """The server's answer is not what the client's users rely on."""


def check(holds, what):
    if not holds:
        raise Mismatch(what)


def equal(got, wanted, what):
    check(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")


def step(name, wait_for=None, **facts):
    print(json.dumps({"step": name, "await": wait_for, **facts}), flush=True)
    if wait_for is not None and not sys.stdin.readline():
        raise Mismatch(f"stdin ended while waiting for: {wait_for}")


def refused(kind, words, call, what):
    try:
        got = call()
    except kind as error:
        check(words in str(error), f"{what}: {error}")
        return
    raise Mismatch(f"{what}: wanted {words!r}, but it answered {got!r}")


def new_client():
    return Client(api_uri=URL, pem=key_utils.generate_pem())


def order(client, **more):
    token = list(client.tokens.values())[0]
    return client.create_invoice({"price": 20, "currency": "USD", "token": token, **more})


def check_invoice(invoice, status):
    equal((invoice["status"], invoice["exceptionStatus"]), (status, False), "status")
    equal((invoice["price"], invoice["currency"]), (20, "USD"), "price")
    equal(invoice["url"], f"{URL}/invoice?id={invoice['id']}", "url")
    for name in ("btcPrice", "btcDue", "btcPaid"):
        check(re.match(r"^\d+\.\d{8}$", invoice[name]), f"{name}: {invoice[name]!r}")
    for name in ("invoiceTime", "expirationTime", "currentTime"):
        check(type(invoice[name]) is int, f"{name}: {invoice[name]!r} is not whole milliseconds")


def till():
    """As its README has it: pair for the point of sale, make an invoice, read it."""
    client = new_client()
    tokens = client.pair_pos_client(POS_CODE)
    equal(list(tokens), ["pos"], "facades of the token")
    check(client.verify_tokens(), "its token is not among those of GET /tokens")
    invoice = order(client, buyer={"name": "Zoë Ångström"})
    check_invoice(invoice, "new")
    equal(client.get_invoice(invoice["id"], token=tokens["pos"])["token"], invoice["token"], "read with its token")
    # Without one it is what anyone sees.
    shown = client.get_invoice(invoice["id"])
    check_invoice(shown, "new")
    check(shown["buyer"]["name"] is None, "anyone is told who bought")
    client.tokens = {"pos": "another"}
    equal(client.verify_tokens(), False, "a token that was never issued")


def merchant():
    """Its own request for a token, which the store approves."""
    client = new_client()
    code = client.create_token("merchant")
    check(re.match(r"^\w{7}$", code), f"pairing code: {code!r}")
    check(not client.verify_tokens(), "a token that nobody approved is listed")
    refused(BitPayBitPayError, "403: ", lambda: order(client), "an invoice for no store")
    step("asked", "approval", code=code)
    check(client.verify_tokens(), "an approved token is not listed")
    return client


def errors(client):
    refused(BitPayBitPayError, "404: ", lambda: new_client().pair_pos_client(POS_CODE), "a code used twice")
    refused(BitPayBitPayError, "404: ", lambda: client.get_invoice("2222222222222222222222"), "an invoice nobody made")
    refused(BitPayBitPayError, "400: ", lambda: order(client, currency="QQQ"), "a currency without a rate")
    refused(BitPayBitPayError, "400: ", lambda: client.create_token("payroll"), "a facade that is none")
    refused(BitPayArgumentError, "float", lambda: order(client, price="twenty"), "a price in words")
    refused(BitPayArgumentError, "legal", lambda: client.pair_pos_client("too long a code"), "a code of another form")


def wait_for(client, invoice_id, wanted):
    token = client.tokens["merchant"]
    deadline = time.monotonic() + DEADLINE_SECS
    while True:
        invoice = client.get_invoice(invoice_id, token=token)
        if invoice["status"] == wanted:
            check_invoice(invoice, wanted)
            return invoice
        check(time.monotonic() < deadline, f"still {invoice['status']} after {DEADLINE_SECS} s, wanted {wanted}")
        time.sleep(0.2)


def sell(client):
    invoice = order(client, orderId="A-1", notificationURL=IPN_URL, fullNotifications=True)
    check_invoice(invoice, "new")
    step("created", "payment", invoice=invoice)
    paid = wait_for(client, invoice["id"], "paid")
    equal((paid["btcPaid"], paid["btcDue"]), (invoice["btcPrice"], "0.00000000"), "paid")
    step("paid", "1 block")
    wait_for(client, invoice["id"], "confirmed")
    step("confirmed", "5 blocks")
    wait_for(client, invoice["id"], "complete")
    step("complete")


def main():
    till()
    step("till")
    client = merchant()
    step("merchant")
    # A code of the store's own is claimed in the same way, whatever it is for.
    equal(list(new_client().pair_pos_client(CODE)), ["merchant"], "facades of the token")
    errors(client)
    step("refused")
    sell(client)
    step("done")


if __name__ == "__main__":
    try:
        main()
    except Mismatch as mismatch:
        sys.exit(f"bitpay_python: {mismatch}")
