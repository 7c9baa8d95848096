"""A client comes out of a pickle, whoever made it; anything else comes out of none, and nothing of it is run."""

import pickle
import pickletools
import time

import btcpay
import pytest
import requests
from stub import Stub, data

import specie

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
TOKENS = {"merchant": "8Eiseuq74gFWa3wB1T6cJCR1QeNvk6BGUadCDJ5FFvXz", "pos": "P"}


def theirs(pem, **more):
    return btcpay.BTCPayClient(host="https://pay.example.com", pem=pem, tokens=TOKENS, **more)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_client_of_btcpay_python_is_read_with_its_key_its_tokens_and_its_proxy(protocol, pem):
    old = theirs(pem, insecure=True)
    old.s.proxies = {"http": "socks5://127.0.0.1:9050", "https": "socks5://127.0.0.1:9050"}
    old.s.cookies.set("seen", "yes", domain="pay.example.com", path="/")
    read = specie.loads(pickle.dumps(old, protocol))
    assert type(read) is specie.BTCPayClient
    assert (read.host, read.pem, read.tokens, read.verify) == (old.host, old.pem, old.tokens, False)
    assert (read.client_id, read.proxy) == (old.client_id, "socks5h://127.0.0.1:9050")
    assert specie.loads(pickletools.optimize(pickle.dumps(old, protocol))).tokens == old.tokens


@pytest.mark.parametrize(
    ("proxies", "proxy"),
    [
        ({"all": "socks5h://a:1"}, "socks5h://a:1"),
        ({"all://pay.example.com": "http://b:2", "all": "http://c:3"}, "http://b:2"),
        ({"https://pay.example.com": "http://d:4", "https": "http://e:5"}, "http://d:4"),
        ({"http": "http://f:6"}, None),
        ({}, None),
    ],
)
def test_a_proxy_is_the_one_that_requests_went_through(proxies, proxy, pem):
    old = theirs(pem)
    old.s.proxies = proxies
    assert requests.utils.select_proxy(old.host, proxies) == proxy
    assert specie.loads(memoryview(pickle.dumps(old))).proxy == proxy


def test_settings_are_kept_by_their_names(pem):
    for client in (specie.Client("https://pay.example.com", pem, timeout=7.0), specie.Panel("https://pay.example.com", "t", timeout=7.0)):
        state = client.__getstate__()
        assert state["setup"]["timeout"] == 7.0
        del state["setup"]["retries"]
        older = type(client).__new__(type(client))
        older.__setstate__(state)
        assert (older._made.timeout, older._made.retries) == (7.0, 3)


def test_a_client_that_was_read_asks(pem):
    with Stub(lambda _: data({"status": "new"})) as server:
        old = btcpay.BTCPayClient(host=server.url, pem=pem, tokens=TOKENS)
        assert specie.loads(pickle.dumps(old)).get_invoice("a") == {"status": "new"}
        assert server.heard[0].query == {"token": TOKENS["merchant"]}
        assert server.heard[0].is_signed


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_our_own_clients_survive_both_ways_of_reading(protocol, pem):
    ours = specie.BTCPayClient("https://a", pem, True, TOKENS, proxy="socks5h://127.0.0.1:1", timeout=5, retries=2)
    for read in (pickle.loads(pickle.dumps(ours, protocol)), specie.loads(pickle.dumps(ours, protocol))):
        assert vars(read) == vars(ours) and type(read) is specie.BTCPayClient
    for kind in (specie.Client, specie.AsyncClient):
        made = kind("https://a", pem, TOKENS, timeout=5, trust=())
        for read in (pickle.loads(pickle.dumps(made, protocol)), specie.loads(pickle.dumps(made, protocol))):
            assert type(read) is kind and read.__getstate__() == made.__getstate__()
    for kind in (specie.Panel, specie.AsyncPanel):
        made = kind("https://a", "T")
        for read in (pickle.loads(pickle.dumps(made, protocol)), specie.loads(pickle.dumps(made, protocol))):
            assert type(read) is kind and read.__getstate__() == made.__getstate__()


def test_a_client_that_has_asked_is_pickled_too(pem):
    with Stub(lambda _: data([])) as server:
        shop = specie.BTCPayClient(server.url, pem, tokens=TOKENS)
        shop.get_rates()
        specie.loads(pickle.dumps(shop)).get_rates()
        assert len(server.heard) == 2


class Runs:
    """What a pickle may ask for: a call of any function with any arguments."""

    def __init__(self, function, *arguments):
        self.called = function, arguments

    def __reduce__(self):
        return self.called


def raw(*instructions):
    return b"".join(instructions)


def exec_in(pem, tmp_path):
    """Pickles that do something, each in another place of a client."""
    import os
    import subprocess

    target = tmp_path / "run"
    touch = Runs(os.system, f"touch {target}")
    yield pickle.dumps(touch)
    yield pickle.dumps(touch, 0)
    for value in (touch, Runs(eval, f"open({str(target)!r}, 'w')"), Runs(subprocess.Popen, ["touch", str(target)])):
        client = theirs(pem)
        client.tokens = value
        yield pickle.dumps(client)
        client = theirs(pem)
        client.s.hooks = {"response": [value]}
        yield pickle.dumps(client)
        client = specie.BTCPayClient("https://a", pem)
        client.tokens = value
        yield pickle.dumps(client)
    # By a name with dots, by the reducer of `copyreg`, by an extension's number, by `getattr`.
    yield raw(b"\x80\x04", b"\x8c\x06specie", b"\x8c\x10client.os.system", b"\x93", b"\x8c\x01x\x85R.")
    yield raw(b"ccopyreg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR.")
    yield raw(b"\x80\x02", b"\x82\x01", b".")
    yield raw(b"cbuiltins\ngetattr\n(cbtcpay.client\nBTCPayClient\nV__init__\ntR.")
    yield raw(b"cbtcpay.client\nrequests\n.")
    yield raw(b"(S'touch'\nios\nsystem\n.")
    yield raw(b"(cos\nsystem\nV", str(target).encode(), b"\no.")
    yield raw(b"Pos.system\n.")


def test_nothing_of_a_hostile_pickle_is_run(pem, tmp_path):
    count = 0
    for pickled in exec_in(pem, tmp_path):
        with pytest.raises(specie.UnreadablePickle):
            specie.loads(pickled)
        count += 1
    assert count == 19
    assert not list(tmp_path.iterdir())


DOUBLED = b"q\x00h\x00\x86"


def nested(levels, instruction=b"\x85"):
    return b"\x80\x02)" + instruction * levels


@pytest.mark.parametrize(
    "pickled",
    [
        b"",
        b".",
        b"\x80\x04",
        b"N.",
        b"\x80\x04}.",
        pickle.dumps({"host": "https://a"}),
        pickle.dumps([1, 2, 3]),
        pickle.dumps(requests.Session()),
        b"\x80\x05" + b"\x96" + (2**62).to_bytes(8, "little") + b".",  # A buffer of four exabytes.
        b"\x80\x04" + b"\x8d" + (2**62).to_bytes(8, "little") + b".",  # A text of as many.
        b"\x80\x02" + b"\x8b" + (2**31 - 1).to_bytes(4, "little") + b".",  # A number of two gigabytes.
        b"\x80\x02Nr\xff\xff\xff\xff.",  # A memo of four thousand million places.
        b"I" + b"9" * 60_000 + b"\n.",
        nested(60_000) + b".",
        b"\x80\x02}" + nested(4_000)[2:] + b"Ns.",  # As a key, whose hash would be taken.
        nested(1_500, DOUBLED) + b".",  # Each twice in the next: 2 to the power of 1,500.
        b"\x80\x02}" + nested(60, DOUBLED)[2:] + b"Ns.",  # As a key, whose hash would take an age.
        b"\x80\x02cspecie.merchant\nClient\n)\x81}X\x04\0\0\0host" + nested(60, DOUBLED)[2:] + b"sb.",
        b"\x80\x02cspecie.merchant\nClient\n)\x81}X\x04\0\0\0host" + nested(1_500, DOUBLED)[2:] + b"sb.",
        b"\x80\x02cspecie.merchant\nClient\n)\x81}b.",
        b"\x80\x02cbtcpay.client\nBTCPayClient\n)\x81N" + b"b.",
        b"q\x00" * 10,
        b"t" * 100,
        b"0" * 65_537,
    ],
)  # fmt: skip
def test_what_is_no_client_is_refused_soon(pickled):
    before = time.process_time()
    with pytest.raises(specie.UnreadablePickle):
        specie.loads(pickled)
    assert time.process_time() - before < 2, "seconds of work"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", None),
        ("host", b"x"),
        ("pem", "x"),
        ("pem", 7),
        ("tokens", {"merchant": 7}),
        ("tokens", ["x"]),
        ("verify", "no"),
        ("verify", None),
    ],
)
def test_a_client_of_another_form_is_refused(name, value, pem):
    old = theirs(pem)
    setattr(old, name, value)
    with pytest.raises(specie.UnreadablePickle):
        specie.loads(pickle.dumps(old))


def test_a_client_that_is_larger_than_any_is_refused(pem):
    huge = specie.BTCPayClient("https://a", pem, tokens={"merchant": "x" * 70_000})
    with pytest.raises(specie.UnreadablePickle, match="bytes"):
        specie.loads(pickle.dumps(huge))


def test_a_name_beside_the_known_ones_is_refused(pem):
    mine = specie.BTCPayClient("https://a", pem)
    pickled = pickle.dumps(mine).replace(b"specie.client", b"specie.calls_")
    with pytest.raises(specie.UnreadablePickle):
        specie.loads(pickled)
