#!/usr/bin/env python3
"""Runs the code of the README of `btcpay-python`, block after block, with that client or with `specie`.

    btcpay_python_readme.py MODULE README TRANSCRIPT

Only these are put in: the module in the import lines (`import specie as btcpay`), the server's address for the two hosts, and
what is in angle brackets or stands for a real token. What a block comes to (its last value, and each variable that it sets) is
a line of JSON in TRANSCRIPT, without what is another's in every store. Between creation and the list of confirmed invoices,
the invoice is paid: a step on stdout says what is waited for, as in `python_client.py`.

Environment: SPECIE_URL, SPECIE_PAIRING_CODE, SPECIE_PAIRING_CODE_2.
"""

import ast
import json
import os
import pickle
import re
import sys
import time

MODULE, README, TRANSCRIPT = sys.argv[1:]
URL = os.environ["SPECIE_URL"].rstrip("/")
CODES = [os.environ["SPECIE_PAIRING_CODE"], os.environ["SPECIE_PAIRING_CODE_2"]]
# What is another's in every store, on every run.
VARYING = {
    "address", "bitcoinAddress", "BIP21", "currentTime", "expirationTime", "guid", "id", "invoiceTime", "merchant",
    "token", "txid", "url", "addresses", "paymentCodes", "BTC", "privkey", "receivedDate", "store",
}  # fmt: skip


def step(name, wait_for=None, **facts):
    print(json.dumps({"step": name, "await": wait_for, **facts}), flush=True)
    if wait_for is not None and not sys.stdin.readline():
        sys.exit(f"stdin ended while waiting for: {wait_for}")


def filled(block, names):
    """The block as its reader runs it."""
    if MODULE != "btcpay":
        block = block.replace("import btcpay.crypto", f"import {MODULE} as btcpay").replace("from btcpay ", f"from {MODULE} ")
    block = re.sub(r"https://btcpay\.example\.com|http://hostname", URL, block)
    if "<pairing-code>" in block:
        block = block.replace("<pairing-code>", repr(CODES.pop(0)))
    if "<invoice-id>" in block:
        block = block.replace("<invoice-id>", repr(names["new_invoice"]["id"]))
    if "xdr9vw3v5wc0w90859v45" in block and "tokens=" in block:
        block = block.replace("xdr9vw3v5wc0w90859v45", names["_"]["merchant"])
    return "\n".join(line for line in block.splitlines() if not line.startswith(">>>"))


def run(block, names):
    """Runs a block in the program so far; what it comes to. `_` is its last value, as at the prompt."""
    before = dict(names)
    tree = ast.parse(block)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, README, "exec"), names)
    if last is not None:
        names["_"] = eval(compile(ast.Expression(last.value), README, "eval"), names)
    return {name: value for name, value in names.items() if before.get(name) is not value and name != "__builtins__"}


def shown(value, name=""):
    """A value with its types, without what varies."""
    if name in VARYING:
        return f"a {type(value).__name__}"
    if isinstance(value, dict):
        return {key: shown(item, key) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, float):
        return f"float {value}"
    if isinstance(value, (str, int, type(None))):
        return re.sub(r"\S{20,}", "…", value) if isinstance(value, str) else value
    return re.sub(r"specie|btcpay|0x\w+", "…", type(value).__name__)


def settle(names):
    """The invoice is paid, and a block is found: then there is one that is confirmed."""
    step("created", "payment", invoice=names["new_invoice"])
    client, wanted = names["client"], names["new_invoice"]["id"]
    for status, waited in (("paid", "1 block"), ("confirmed", None)):
        deadline = time.monotonic() + 60
        while client.get_invoice(wanted)["status"] != status:
            if time.monotonic() > deadline:
                sys.exit(f"the invoice was not {status} within 60 s")
            time.sleep(0.2)
        if waited:
            step(status, waited)


def main():
    with open(README, encoding="utf-8") as readme:
        blocks = re.findall(r"^```python\n(.*?)^```", readme.read(), re.M | re.S)
    names = {}
    with open(TRANSCRIPT, "w", encoding="utf-8") as transcript:
        for block in blocks:
            if "status='confirmed'" in block:
                settle(names)
                # Between two visits of a shop's customers, its client is in a database.
                names["client"] = pickle.loads(pickle.dumps(names["client"]))
            came = {name: shown(value, name) for name, value in run(filled(block, names), names).items()}
            json.dump({"block": block, "came": came}, transcript, sort_keys=True)
            transcript.write("\n")
        # The client that was made by hand works.
        came = names["client"].create_invoice({"price": 1, "currency": "USD"})
        assert names["client"].get_invoice(came["id"])["status"] == "new"
    step("done")


if __name__ == "__main__":
    main()
