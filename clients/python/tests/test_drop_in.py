"""``BTCPayClient`` is the client of ``btcpay-python``: it asks the same, returns the same, and fails the same.

Both are asked in each test, the published one unmodified.
"""

import inspect

import btcpay
import pytest
import requests
from stub import Reply, Stub, data, refusal

import specie

BOTH = pytest.mark.parametrize("module", [btcpay, specie], ids=["btcpay-python", "specie"])
TOKENS = {"merchant": "M"}
RATES = [{"code": "USD", "rate": 50000.1, "cryptoCode": "BTC"}]


def client(module, server, pem, **more):
    return module.BTCPayClient(host=server.url, pem=pem, tokens=TOKENS, **more)


CALLS = [
    lambda client: client.create_invoice({"price": 20, "currency": "USD"}),
    lambda client: client.create_invoice({"price": "1.50", "currency": "EUR", "orderId": "№7/☕"}, token="T"),
    lambda client: client.get_invoice("ChHfjRmBGLDBjtjYv4Nf2"),
    lambda client: client.get_invoice("a", token="T"),
    lambda client: client.get_invoices(),
    lambda client: client.get_invoices("new", "№ 7/&", "tea", "01/31/2024", "2024-02-01", 10, 0, "T"),
    lambda client: client.get_invoices(status="confirmed"),
    lambda client: client.get_rates(),
    lambda client: client.get_rates("BTC", "STORE"),
    lambda client: client.get_rate("usd"),
    lambda client: client.pair_client("abcdefg"),
]


@pytest.mark.parametrize("call", CALLS)
def test_it_asks_what_the_other_asks_and_returns_the_same(call, pem):
    def answer(heard):
        if heard.path.startswith("/tokens"):
            return data([{"facade": "merchant", "token": "M2", "policies": []}])
        return data(RATES)

    with Stub(answer) as server:
        theirs, ours = call(client(btcpay, server, pem)), call(client(specie, server, pem))
        assert ours == theirs
        assert type(ours) is type(theirs)
    was, now = server.heard
    # A slash at the end of a path means nothing to either server; each client signs the one that it sends.
    assert (now.method, now.path, now.query) == (was.method, was.path.rstrip("/"), was.query)
    assert now.json == was.json
    for name in ("content-type", "accept", "x-accept-version", "x-identity"):
        assert now.headers.get(name) == was.headers.get(name), name
    assert now.is_signed == ("x-signature" in was.headers)


def test_fractions_are_floats_as_they_were(pem):
    with Stub(lambda _: data(RATES)) as server:
        assert isinstance(client(specie, server, pem).get_rate("USD"), float)


@BOTH
def test_what_makes_no_sense_is_refused_before_it_is_sent(module, pem):
    with Stub(lambda _: data(RATES)) as server:
        shop = client(module, server, pem)
        for kind, call in [
            (KeyError, lambda: shop.create_invoice({"currency": "USD"})),
            (ValueError, lambda: shop.create_invoice({"price": "twenty", "currency": "USD"})),
            (TypeError, lambda: shop.create_invoice({"price": None, "currency": "USD"})),
            (ValueError, lambda: shop.pair_client("too long a code")),
        ]:
            with pytest.raises(kind):
                call()
        assert not server.heard
        with pytest.raises(IndexError):
            shop.get_rate("QQQ")


@BOTH
def test_a_refusal_is_an_error_of_requests(module, pem):
    with Stub(lambda _: refusal(404, error="Object not found")) as server:
        shop = client(module, server, pem)
        for call in (lambda: shop.get_invoice("a"), lambda: shop.create_invoice({"price": 1, "currency": "USD"})):
            with pytest.raises(requests.exceptions.HTTPError) as caught:
                call()
            response = caught.value.response
            assert (response.status_code, response.ok, response.reason) == (404, False, "Not Found")
            assert response.json() == {"error": "Object not found"}
            assert "Object not found" in response.text and "404" in str(caught.value)
            with pytest.raises(requests.exceptions.RequestException):
                raise caught.value


@BOTH
def test_a_server_that_is_not_there_is_an_error_of_requests(module, pem):
    with Stub(lambda _: data([])) as server:
        pass
    with pytest.raises(requests.exceptions.ConnectionError):
        client(module, server, pem).get_rates()


@BOTH
def test_an_answer_that_is_no_json_is_an_error_of_requests_and_a_value_error(module, pem):
    with Stub(lambda _: Reply(200, b"<html>")) as server:
        with pytest.raises(requests.exceptions.RequestException) as caught:
            client(module, server, pem).get_rates()
        assert isinstance(caught.value, ValueError)


@BOTH
def test_a_client_has_the_same_attributes(module, pem):
    shop = module.BTCPayClient("http://h", pem, True, TOKENS)
    assert (shop.host, shop.pem, shop.verify, shop.tokens) == ("http://h", pem, False, TOKENS)
    assert shop.client_id == btcpay.crypto.get_sin_from_pem(pem)
    assert repr(shop) == "BTCPayClient(http://h)"


def test_every_argument_of_the_other_is_taken_in_the_same_place():
    for name, theirs in inspect.getmembers(btcpay.BTCPayClient, callable):
        if name.startswith("_") and name != "__init__":
            continue
        was = list(inspect.signature(theirs).parameters.values())
        now = list(inspect.signature(getattr(specie.BTCPayClient, name)).parameters.values())
        assert [(one.name, one.default) for one in now[: len(was)]] == [(one.name, one.default) for one in was], name
        assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in now[len(was) :]), name


def test_an_attribute_that_is_changed_counts_at_once(pem):
    with Stub(lambda _: data("first")) as first, Stub(lambda _: data("second")) as second:
        shop = client(specie, first, pem)
        assert shop.get_invoice("a") == "first"
        shop.host, shop.tokens = second.url, {"merchant": "N"}
        assert shop.get_invoice("a") == "second"
        assert second.heard[0].query == {"token": "N"}


def test_a_payload_is_left_as_it_was(pem):
    payload = {"price": 20, "currency": "USD"}
    with Stub(lambda _: data({})) as server:
        client(specie, server, pem).create_invoice(payload)
    assert payload == {"price": 20, "currency": "USD"}


@pytest.mark.parametrize("module", [btcpay, specie])
def test_a_token_of_before_in_a_payload_does_not_count(module, pem):
    with Stub(lambda _: data({"id": "a"})) as server:
        payload = {"price": 1, "currency": "USD", "token": "OLD"}
        module.BTCPayClient(server.url, pem, tokens={"merchant": "NEW"}).create_invoice(dict(payload))
        module.BTCPayClient(server.url, pem, tokens={"merchant": "NEW"}).create_invoice(dict(payload), token="T2")
        assert [heard.json["token"] for heard in server.heard] == ["NEW", "T2"]


@pytest.mark.parametrize("module", [btcpay, specie])
def test_a_kind_of_ones_own_with_the_others_arguments_is_paired(module):
    class Shop(module.BTCPayClient):
        def __init__(self, host, pem, insecure=False, tokens=None):
            super().__init__(host, pem, insecure, tokens)

    with Stub(lambda _: data([{"facade": "merchant", "token": "T"}])) as server:
        assert Shop.create_client(code="abcdefg", host=server.url).tokens == {"merchant": "T"}


@pytest.mark.parametrize("module", [btcpay, specie])
def test_a_key_may_be_bytes(module, pem):
    with Stub(lambda _: data({"id": "a"})) as server:
        client = module.BTCPayClient(server.url, pem.encode(), tokens={"merchant": "T"})
        assert client.get_invoice("a") == {"id": "a"} and "x-signature" in server.heard[0].headers


def test_through_tor_names_are_looked_up_by_the_proxy(monkeypatch):
    monkeypatch.setattr(specie.BTCPayClient, "pair_client", lambda self, code: {"merchant": "M"})
    made = specie.BTCPayClient.create_tor_client("abcdefg", "http://x.onion")
    assert (made.proxy, made.tokens) == ("socks5h://127.0.0.1:9050", {"merchant": "M"})
    assert specie.BTCPayClient.create_tor_client("abcdefg", "http://x.onion", "http://127.0.0.1:8118").proxy == (
        "http://127.0.0.1:8118"
    )


def test_a_call_is_tried_once_unless_more_is_said(pem):
    with Stub(lambda _: refusal(503, error="busy")) as server:
        with pytest.raises(specie.HTTPError):
            client(specie, server, pem).get_rates()
        assert len(server.heard) == 1
        with pytest.raises(specie.HTTPError):
            client(specie, server, pem, retries=1).get_rates()
        assert len(server.heard) == 3
