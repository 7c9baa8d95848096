"""The client replays the contract: what it sends is the request, what it returns is the answer, whole."""

import asyncio
import json
import re

import pytest
from contract import FOLDER, KEY, TOKENS, files
from stub import Heard, Reply, Stub, refusal

from specie import AsyncClient, AsyncPanel, Client, HTTPError, Panel, Unsendable

FACES = {"bitpay": (Client, AsyncClient), "panel": (Panel, AsyncPanel)}
# Calls of a developer's command line, which this client does not have.
LISTENING = {"listen", "hear", "passed_on"}
# What the client itself sees to be wrong, and does not even ask.
NEVER_SENT = {"bitpay/refused_long_key"}
EXCHANGES = [
    pytest.param(face, name, exchange, id=f"{face}/{name}")
    for face in FACES
    for name, exchange in files(face).items()
    if exchange["call"] is not None and exchange["call"]["name"] not in LISTENING
]
# What a client fills in from its pairing. It draws nothing that is compared.
FILLED_IN = ("token",)


def asked(face, exchange, host):
    """What each client of the face makes of the exchange's call: a result or an error."""
    name, arguments = exchange["call"]["name"], plain_numbers(exchange["call"]["arguments"])
    if "from" in arguments:
        arguments["from_"] = arguments.pop("from")
    if "Idempotency-Key" in exchange["request"]["headers"]:
        arguments["idempotency_key"] = exchange["request"]["headers"]["Idempotency-Key"]
    who = (KEY, TOKENS) if face == "bitpay" else ("token",)
    waiting, awaited = FACES[face]
    yield outcome(lambda: getattr(waiting(host, *who, retries=0), name)(**arguments))
    yield outcome(lambda: asyncio.run(getattr(awaited(host, *who, retries=0), name)(**arguments)))


def plain_numbers(value):
    """The same with ``float`` for ``Decimal``, which is sent as a text: a number is to be sent as the number."""
    return json.loads(json.dumps(value, default=float))


def outcome(call):
    try:
        return call()
    except (HTTPError, Unsendable) as error:
        return error


def difference(request, heard: Heard):
    """What is asked otherwise than the contract has it, if anything."""

    def plain(fields):
        return {name: value for name, value in (fields or {}).items() if name not in FILLED_IN}

    def texts(query):
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}

    for what, sent, wanted in [
        ("method", heard.method, request["method"]),
        ("path", heard.path, request["path"]),
        ("query", plain(heard.query), plain(texts(request["query"]))),
        ("body", plain(heard.json), plain(plain_numbers(request["body"]))),
    ]:
        if sent != wanted:
            return f"{what}: {sent} was sent instead of {wanted}"
    key = request["headers"].get("Idempotency-Key")
    if key is not None and heard.headers.get("idempotency-key") != key:
        return "another idempotency key"
    if request["bearer"] and heard.headers.get("authorization") != "Bearer token":
        return "no bearer"
    return "no good signature" if request["signed"] and not heard.is_signed else None


def answer(exchange):
    """The answer as it is sent: a body that is a text is no JSON."""
    body = exchange["answer"]["body"]
    text = body if isinstance(body, str) else json.dumps(body, default=float)
    return Reply(exchange["answer"]["status"], text.encode())


@pytest.mark.parametrize(("face", "file", "exchange"), EXCHANGES)
def test_the_exchange_is_as_the_contract_has_it(face, file, exchange):
    def serve(heard):
        what = difference(exchange["request"], heard)
        return answer(exchange) if what is None else refusal(418, error=what)

    status, body = exchange["answer"]["status"], exchange["answer"]["body"]
    with Stub(serve) as server:
        for result in asked(face, exchange, server.url):
            if f"{face}/{file}" in NEVER_SENT:
                assert isinstance(result, Unsendable) and server.heard == [], result
                continue
            assert not isinstance(result, Unsendable), result
            if status >= 400:
                words = body.get("error") or body["message"]
                assert (result.status_code, result.message) == (status, words)
                assert result.fields == body.get("errors", {})
                continue
            assert not isinstance(result, HTTPError), result
            name = exchange["call"]["name"]
            if name in ("request_pairing", "claim_pairing"):
                result = [result]
            whole = not isinstance(body, dict) or name.startswith("list_") or name == "test_webhook"
            assert result == (body if whole else body["data"])


def test_every_call_of_the_contract_is_of_this_client():
    names = set(re.findall(r"`(\w+)\(", (FOLDER / "README.md").read_text(encoding="utf-8"))) - LISTENING
    faces = [face for pair in FACES.values() for face in pair]
    missing = {name for name in names if sum(hasattr(face, name) for face in faces) != 2}
    assert len(names) > 35 and not missing
