"""Who Schemathesis is while it calls the server: a merchant with a token, a shop with a legacy API key, a client that
signs (BitId), and anyone.

Half of its calls name what is there, so that more is reached than refusals.

Environment: SPECIE_TOKEN, SPECIE_API_KEY, SPECIE_CLIENT (the name that the client's key is made of), SPECIE_INVOICE (an
invoice's id), SPECIE_SOLD (that of one which is paid), SPECIE_REFUND (that of a refund of it, whose guid is `some`),
SPECIE_STORE_TOKEN, SPECIE_INVOICE_TOKEN, SPECIE_SOLD_TOKEN and SPECIE_REFUND_TOKEN (its client's tokens).
"""

import base64
import hashlib
import itertools
import os

import ecdsa
import schemathesis

KEY = ecdsa.SigningKey.from_string(
    hashlib.sha256(os.environ["SPECIE_CLIENT"].encode()).digest(), curve=ecdsa.SECP256k1
)
IDENTITY = KEY.get_verifying_key().to_string("compressed").hex()
BASIC = base64.b64encode(os.environ["SPECIE_API_KEY"].encode()).decode()
INVOICE, SOLD, REFUND = (os.environ[f"SPECIE_{one}"] for one in ["INVOICE", "SOLD", "REFUND"])
KNOWN = {"store": "1", "invoice": "1", "webhook": "1", "listener": "2", "id": INVOICE, "refundId": REFUND, "guid": "some"}
TOKENS = [os.environ[f"SPECIE_{of}_TOKEN"] for of in ["STORE", "INVOICE", "SOLD", "REFUND"]]

calls = itertools.count()


class Caller:
    """Puts credentials on a request when it is whole: a signature is over all of it."""

    def __init__(self, number):
        self.number = number

    def __call__(self, request):
        for name in ["Authorization", "X-Identity", "X-Signature"]:
            request.headers.pop(name, None)
        path = request.path_url
        if path.startswith("/api/v1"):
            request.headers["Authorization"] = f"Bearer {os.environ['SPECIE_TOKEN']}"
        elif self.number % 3 == 0:
            request.headers["Authorization"] = f"Basic {BASIC}"
        elif self.number % 3 == 1:
            body = request.body or b""
            body = body if isinstance(body, bytes) else body.encode()
            signature = KEY.sign(
                request.url.encode() + body, hashfunc=hashlib.sha256, sigencode=ecdsa.util.sigencode_der
            )
            request.headers.update({"X-Identity": IDENTITY, "X-Signature": signature.hex()})
        return request


def without_waiting(body):
    """What is asked of a listener, without a wait that would be taken."""
    if not isinstance(body, dict):
        return body if isinstance(body, (list, str, int, float)) else {"wait": 0}
    waits = body.get("wait") is None or str(body["wait"]).isdecimal()
    return {**body, "wait": 0} if waits else body


@schemathesis.hook
def before_call(context, case, kwargs):
    kwargs["auth"] = Caller(next(calls))
    # A stream of events ends when its reader goes, and this one would stay.
    if case.path == "/events" and (case.query or {}).get("action", "subscribe") == "subscribe":
        case.query = {**(case.query or {}), "action": "unsubscribe"}
    # There is little to hear here, and whoever asks would wait for it.
    if case.path.endswith("/deliveries") and "/listeners/" in case.path:
        case.body = without_waiting(case.body)
    # Nothing is sent from this machine to another: nobody listens there.
    for name in ["url", "webhook_url", "notificationURL"] if isinstance(case.body, dict) else []:
        if str(case.body.get(name)).lower().startswith("http"):
            case.body[name] = "http://127.0.0.1:23999/nobody"


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    number = next(calls)
    if path_parameters and number % 2:
        for name in path_parameters:
            if name == "token":
                path_parameters[name] = TOKENS[number // 2 % 4]
            elif name == "id" and "/refunds" in context.operation.path:
                path_parameters[name] = REFUND if context.operation.path.startswith("/refunds") else SOLD
            else:
                path_parameters[name] = KNOWN.get(name, path_parameters[name])
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and next(calls) % 2:
        for name, known in [("invoiceId", SOLD), ("currency", "USD"), ("type", "acceptPartialPayment"), ("buyer_email", "ann@shop.example")]:
            if isinstance(body.get(name), str):
                body[name] = known
    return body
