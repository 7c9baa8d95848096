#!/usr/bin/env python3
"""A shop in Python, on the unmodified `btcpay-python` 1.3.0.

It does what that client's README shows and checks every value it gets back. Paying and mining are not a shop's
business: at those points it prints a step that says what it waits for, and goes on when a line comes on stdin.

The store is this run's own, with a rate for BTC_USD.

Environment: SPECIE_URL, SPECIE_STORE_ID, SPECIE_PAIRING_CODE, SPECIE_PAIRING_CODE_2 (both of that store),
SPECIE_IPN_URL; SPECIE_DEADLINE_SECS (default 60) bounds every wait for a status.

Each line on stdout is one JSON object: {"step": …, "await": null or what must be done, …}. It ends with status 0 after
{"step": "done"}, or with status 1 and the reason on stderr.
"""

import json
import os
import pickle
import re
import sys
import time
from datetime import datetime, timedelta, timezone
from decimal import ROUND_CEILING, Decimal

from btcpay import BTCPayClient
from btcpay import crypto
from requests.exceptions import HTTPError

URL = os.environ["SPECIE_URL"].rstrip("/")
STORE = os.environ["SPECIE_STORE_ID"]
CODE = os.environ["SPECIE_PAIRING_CODE"]
CODE_2 = os.environ["SPECIE_PAIRING_CODE_2"]
IPN_URL = os.environ["SPECIE_IPN_URL"]
DEADLINE_SECS = int(os.environ.get("SPECIE_DEADLINE_SECS", "60"))

ORDER_ID = "Bestellung №7 – ☕ 注文/'quoted' & (100 %)"
POS_DATA = '{"cart": [1, 2],  "note":"a\\/b é"}'
BTC_AMOUNT = re.compile(r"^\d+\.\d{8}$")


class Mismatch(Exception):
    """The server's answer is not what the client's users rely on."""


def check(holds, what):
    if not holds:
        raise Mismatch(what)


def equal(got, wanted, what):
    check(got == wanted and type(got) is type(wanted), f"{what}: got {got!r}, wanted {wanted!r}")


def number(got, wanted, what):
    check(isinstance(got, (int, float)) and not isinstance(got, bool), f"{what}: {got!r} is not a JSON number")
    check(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")


def step(name, wait_for=None, **facts):
    print(json.dumps({"step": name, "await": wait_for, **facts}), flush=True)
    if wait_for is not None and not sys.stdin.readline():
        raise Mismatch(f"stdin ended while waiting for: {wait_for}")


def refused(status, call, what):
    """The call must fail with this status, and its body must say why."""
    try:
        got = call()
    except HTTPError as error:
        answer = error.response
        equal(answer.status_code, status, f"{what}: status")
        body = answer.json()
        check(isinstance(body.get("error"), str) and body["error"], f"{what}: the body names no error: {body!r}")
        return body["error"]
    raise Mismatch(f"{what}: wanted status {status}, but it answered {got!r}")


def refused_locally(kind, call, what):
    try:
        got = call()
    except kind:
        return
    raise Mismatch(f"{what}: wanted {kind.__name__}, but it answered {got!r}")


def check_invoice(invoice, status, price, currency="USD"):
    """What every reader of an invoice relies on."""
    equal(invoice["status"], status, "status")
    check(invoice["exceptionStatus"] is False, f"exceptionStatus: got {invoice['exceptionStatus']!r}, wanted False")
    number(invoice["price"], price, "price")
    equal(invoice["currency"], currency, "currency")
    check(re.match(r"^\w+$", invoice["id"]), f"id: {invoice['id']!r}")
    equal(invoice["url"], f"{URL}/invoice?id={invoice['id']}", "url")
    for name in ("btcPrice", "btcDue", "btcPaid"):
        check(isinstance(invoice[name], str) and BTC_AMOUNT.match(invoice[name]), f"{name}: {invoice[name]!r}")
    for name in ("invoiceTime", "expirationTime", "currentTime"):
        check(type(invoice[name]) is int, f"{name}: {invoice[name]!r} is not whole milliseconds")
    check(invoice["invoiceTime"] < invoice["expirationTime"], "the invoice expires before it begins")
    due = (Decimal(str(price)) / Decimal(str(invoice["rate"]))).quantize(Decimal("1e-8"), ROUND_CEILING)
    equal(invoice["btcPrice"], f"{due:.8f}", "btcPrice")
    address = invoice["bitcoinAddress"]
    check(isinstance(address, str) and address, f"bitcoinAddress: {address!r}")
    bip21 = invoice["paymentUrls"]["BIP21"]
    check(bip21.lower().startswith(f"bitcoin:{address}".lower()), f"BIP21: {bip21!r}")
    equal(invoice["addresses"]["BTC"], address, "addresses")
    chain = invoice["cryptoInfo"][0]
    equal(chain["cryptoCode"], "BTC", "cryptoCode")
    equal(chain["address"], address, "cryptoInfo address")
    equal(chain["due"], invoice["btcDue"], "cryptoInfo due")
    number(invoice["exRates"][currency], invoice["rate"], "exRates")
    number(invoice["taxIncluded"], 0, "taxIncluded")
    check(isinstance(invoice["token"], str) and invoice["token"], "no token for the invoice")
    check("flags" in invoice and "guid" in invoice, "flags or guid is missing")


def check_unpaid(invoice):
    equal(invoice["btcDue"], invoice["btcPrice"], "btcDue of an unpaid invoice")
    equal(invoice["btcPaid"], "0.00000000", "btcPaid of an unpaid invoice")
    equal(invoice["cryptoInfo"][0]["txCount"], 0, "txCount of an unpaid invoice")


def check_paid(invoice):
    equal(invoice["btcPaid"], invoice["btcPrice"], "btcPaid")
    equal(invoice["btcDue"], "0.00000000", "btcDue")
    equal(invoice["cryptoInfo"][0]["txCount"], 1, "txCount")
    equal(len(invoice["cryptoInfo"][0]["payments"]), 1, "payments")


def wait_for(client, invoice_id, wanted, before):
    """Polls until the status is `wanted`; on the way only the statuses in `before` may be seen."""
    deadline = time.monotonic() + DEADLINE_SECS
    while True:
        invoice = client.get_invoice(invoice_id)
        if invoice["status"] == wanted:
            return invoice
        check(invoice["status"] in before, f"waiting for {wanted}, the invoice became {invoice['status']}")
        check(time.monotonic() < deadline, f"still {invoice['status']} after {DEADLINE_SECS} s, wanted {wanted}")
        time.sleep(0.2)


def ids(invoices):
    check(isinstance(invoices, list), f"not a list: {invoices!r}")
    return [invoice["id"] for invoice in invoices]


def rates(client):
    table = client.get_rates()
    check(table, "the rate table is empty")
    usd = [row for row in table if row["code"] == "USD"]
    equal(len(usd), 1, "rows for USD")
    row = usd[0]
    equal(row["cryptoCode"], "BTC", "cryptoCode of the rate")
    equal(row["currencyPair"], "BTC_USD", "currencyPair")
    check(isinstance(row["name"], str) and row["name"], "the rate has no name")
    rate = client.get_rate("USD")
    number(rate, row["rate"], "get_rate")
    number(client.get_rate("usd", crypto="BTC", store_id=STORE), rate, "get_rate of the store, in lower case")
    number([row for row in client.get_rates(store_id=STORE) if row["code"] == "USD"][0]["rate"], rate, "get_rates of the store")
    refused_locally(IndexError, lambda: client.get_rate("QQQ"), "get_rate of no currency")
    return rate


def create(client):
    payload = {
        "price": 20,
        "currency": "USD",
        "orderId": ORDER_ID,
        "itemDesc": "Ein Kaffee, groß",
        "itemCode": "coffee-1",
        "posData": POS_DATA,
        "notificationURL": IPN_URL,
        "fullNotifications": True,
        "extendedNotifications": True,
        "transactionSpeed": "medium",
        "buyerName": "Zoë Ångström",
        "buyerEmail": "zoe@example.com",
        "redirectURL": "",
    }
    invoice = client.create_invoice(payload)
    check_invoice(invoice, "new", 20)
    check_unpaid(invoice)
    equal(invoice["orderId"], ORDER_ID, "orderId")
    equal(invoice["posData"], POS_DATA, "posData, as it was given")
    equal(invoice["itemDesc"], "Ein Kaffee, groß", "itemDesc")
    equal(invoice["itemCode"], "coffee-1", "itemCode")
    equal(invoice["buyer"]["name"], "Zoë Ångström", "buyer's name")
    equal(invoice["buyer"]["email"], "zoe@example.com", "buyer's e-mail")
    return invoice


def lists(client, invoice):
    """Every parameter of `get_invoices`, by itself and together."""
    token = list(client.tokens.values())[0]
    wanted = invoice["id"]
    small = {"price": "1.50", "currency": "USD"}
    others = [client.create_invoice({**small, "orderId": order}, token=token) for order in (1, 2)]
    number(others[0]["price"], 1.5, "price given as text")
    equal(others[0]["orderId"], "1", "orderId given as a number")
    newest = [others[1]["id"], others[0]["id"], wanted]
    day = datetime.fromtimestamp(invoice["invoiceTime"] / 1000, timezone.utc)
    american = "%m/%d/%Y"
    soon, long_ago = day + timedelta(days=2), day - timedelta(days=2)

    equal(ids(client.get_invoices())[:3], newest, "all, newest first")
    check(wanted in ids(client.get_invoices(status="new")), "status=new does not list the new invoice")
    check(wanted not in ids(client.get_invoices(status="complete")), "status=complete lists a new invoice")
    equal(ids(client.get_invoices(order_id=ORDER_ID)), [wanted], "order_id")
    equal(ids(client.get_invoices(order_id="1")), [others[0]["id"]], "order_id that was a number")
    equal(ids(client.get_invoices(item_code="coffee-1")), [wanted], "item_code")
    equal(ids(client.get_invoices(order_id=ORDER_ID, item_code="tea")), [], "two filters of which one fails")
    for form in (american, "%Y-%m-%d"):
        today = day.strftime(form)
        check(wanted in ids(client.get_invoices(date_start=today, date_end=today)), f"the day itself as {today}")
        check(wanted not in ids(client.get_invoices(date_start=soon.strftime(form))), f"date_start after it ({form})")
        check(wanted not in ids(client.get_invoices(date_end=long_ago.strftime(form))), f"date_end before it ({form})")
    equal(ids(client.get_invoices(limit=1)), newest[:1], "limit")
    equal(ids(client.get_invoices(limit=1, offset=1)), newest[1:2], "offset")
    equal(ids(client.get_invoices(limit=2, offset=1, token=token)), newest[1:3], "token given")
    check_invoice(client.get_invoice(wanted, token=token), "new", 20)


def errors(client, unpaired):
    refused(404, lambda: BTCPayClient.create_client(code=CODE, host=URL), "a code used twice")
    refused(404, lambda: client.get_invoice("2222222222222222222222"), "an invoice nobody made")
    refused(400, lambda: client.create_invoice({"price": 20, "currency": "QQQ"}), "a currency without a rate")
    refused(403, lambda: unpaired.get_invoices(), "a client that was never paired")
    refused(403, lambda: unpaired.create_invoice({"price": 20, "currency": "USD"}), "an invoice for no store")
    refused_locally(KeyError, lambda: client.create_invoice({"currency": "USD"}), "an invoice without a price")
    refused_locally(ValueError, lambda: client.create_invoice({"price": "twenty", "currency": "USD"}), "a price in words")
    refused_locally(ValueError, lambda: client.pair_client("too long a code"), "a code of another form")


def manual_way():
    """Without `create_client`: own key, pairing, and a client made again from the key and the token."""
    pem = crypto.generate_privkey()
    tokens = BTCPayClient(host=URL, pem=pem).pair_client(CODE_2)
    equal(list(tokens), ["merchant"], "facades of the token")
    client = BTCPayClient(host=URL, pem=pem, tokens=tokens)
    invoice = client.create_invoice({"price": 0.5, "currency": "USD"})
    check_invoice(client.get_invoice(invoice["id"]), "new", 0.5)
    check(invoice["orderId"] is None, "orderId of an invoice without one")
    # The client joins host and path as they are, and signs `//invoices/`.
    slash = BTCPayClient(host=URL + "/", pem=pem, tokens=tokens)
    equal(slash.get_invoice(invoice["id"])["id"], invoice["id"], "a host that ends with a slash")
    check_invoice(slash.create_invoice({"price": 1, "currency": "USD"}), "new", 1)


def settle(client, invoice):
    """From payment to complete, as a shop that only polls sees it."""
    step("created", "payment", invoice=invoice)
    paid = wait_for(client, invoice["id"], "paid", before=("new",))
    check_invoice(paid, "paid", 20)
    check_paid(paid)
    check(invoice["id"] in ids(client.get_invoices(status="paid")), "status=paid does not list it")
    step("paid", "1 block", invoice=paid)
    confirmed = wait_for(client, invoice["id"], "confirmed", before=("paid",))
    check_invoice(confirmed, "confirmed", 20)
    check_paid(confirmed)
    check(invoice["id"] in ids(client.get_invoices(status="confirmed")), "status=confirmed does not list it")
    check(invoice["id"] not in ids(client.get_invoices(status="paid")), "status=paid lists a confirmed invoice")
    step("confirmed", "5 blocks", invoice=confirmed)
    complete = wait_for(client, invoice["id"], "complete", before=("confirmed",))
    check_invoice(complete, "complete", 20)
    check_paid(complete)
    for status in ("complete", "confirmed"):
        check(invoice["id"] in ids(client.get_invoices(status=status)), f"status={status} does not list it")
    check(invoice["id"] not in ids(client.get_invoices(status="new")), "status=new lists a complete invoice")
    for name in ("bitcoinAddress", "btcPrice", "orderId", "posData", "invoiceTime", "expirationTime", "token"):
        equal(complete[name], invoice[name], f"{name} stays as it was")
    step("complete", invoice=complete)


def main():
    client = BTCPayClient.create_client(code=CODE, host=URL)
    equal(list(client.tokens), ["merchant"], "facades of the token")
    step("paired", client_id=client.client_id)

    invoice = create(client)
    equal(client.get_invoice(invoice["id"])["status"], "new", "status by get_invoice")
    check(invoice["id"] in ids(client.get_invoices(status="new")), "status=new does not list the new invoice")

    rate = rates(client)
    number(invoice["rate"], rate, "the invoice's rate")
    step("rates", rate=rate)

    client = pickle.loads(pickle.dumps(client))
    check_invoice(client.get_invoice(invoice["id"]), "new", 20)
    step("pickled")

    lists(client, invoice)
    step("listed")

    stranger = BTCPayClient(host=URL, pem=crypto.generate_privkey(), tokens={"merchant": "never issued"})
    errors(client, stranger)
    step("refused")

    manual_way()
    step("manual")

    settle(client, invoice)
    step("done")


if __name__ == "__main__":
    try:
        main()
    except Mismatch as mismatch:
        sys.exit(f"python_client: {mismatch}")
    except HTTPError as error:
        sys.exit(f"python_client: {error}; the answer was {error.response.text!r}")
