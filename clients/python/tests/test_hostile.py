"""A server that means no good, or is none, harms nobody: nothing secret follows where it sends, and nothing waits forever."""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from stub import Reply, Stub, data, refusal

import specie
from specie import _wire

TOKENS = {"merchant": "SECRET-TOKEN"}


def clients(url, pem, **more):
    """Each kind of client with one call of it, made to wait."""
    shop = specie.BTCPayClient(url, pem, tokens=TOKENS, **{name: more[name] for name in more if name == "timeout"})
    yield lambda: shop.get_invoice("a")
    client = specie.Client(url, pem, TOKENS, retries=0, **more)
    yield lambda: client.get_invoice("a")
    later = specie.AsyncClient(url, pem, TOKENS, retries=0, **more)
    yield lambda: asyncio.run(later.get_invoice("a"))
    panel = specie.Panel(url, "SECRET-TOKEN", retries=0, **more)
    yield lambda: panel.show_invoice(1)
    panel_later = specie.AsyncPanel(url, "SECRET-TOKEN", retries=0, **more)
    yield lambda: asyncio.run(panel_later.show_invoice(1))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status, pem):
    with Stub(lambda _: data({})) as elsewhere:
        # Most send on to the same path and query, and the query has the token.
        with Stub(lambda heard: Reply(status, b"", (("Location", elsewhere.url + heard.target),))) as server:
            for call in clients(server.url, pem):
                with pytest.raises(specie.BadAnswer) as caught:
                    call()
                assert caught.value.status_code == status
                assert elsewhere.url in str(caught.value) and TOKENS["merchant"] not in str(caught.value)
        assert not elsewhere.heard


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Welcome</html>",
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"data"',
        b'{"data": NaN}',
        b'{"data": 1' + b"0" * 5000 + b"}",
        b'{"data": 1e99999999999999999999}',
        b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe",
    ],
)
def test_what_is_no_answer_is_a_bad_answer(body, pem):
    with Stub(lambda _: Reply(200, body)) as server:
        for number, call in enumerate(clients(server.url, pem)):
            try:
                read = call()
            except specie.BadAnswer as error:
                assert "SECRET" not in str(error)
            else:
                # Python reads large numbers as it can: as one, or as infinity where fractions are floats.
                assert isinstance(read, int) or (number == 0 and read == float("inf"))


def test_an_answer_of_any_type_is_handed_over_as_it_is(pem):
    told = {"__proto__": {"x": 1}, "__class__": "y", "status": ["new"], "text": "\ud800\x00"}
    with Stub(lambda _: data(told)) as server:
        for call in clients(server.url, pem):
            assert call() == told


def test_a_pairing_of_another_form_is_a_bad_answer(pem):
    for answer in ([], {}, None, "x", [[]]):
        with Stub(lambda _, answer=answer: data(answer)) as server:
            with pytest.raises(specie.BadAnswer):
                specie.Client(server.url, pem, retries=0).claim_pairing("abcdefg")


def test_a_refusal_in_html_is_an_error_with_its_status_and_a_bounded_message(pem):
    with Stub(lambda _: Reply(502, b"<h1>\x1b[31m" + b"A" * 1_000_000)) as server:
        for call in clients(server.url, pem):
            with pytest.raises(specie.HTTPError) as caught:
                call()
            assert caught.value.status_code == 502
            assert len(str(caught.value)) < 3000 and "\x1b" not in str(caught.value)


def test_an_answer_without_an_end_is_given_up(pem):
    def pour(listener):
        try:
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            while True:
                connection.sendall(b" " * 1_000_000)
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=pour, args=(listener,), daemon=True).start()
        client = specie.Client(f"http://127.0.0.1:{listener.getsockname()[1]}", pem, retries=0)
        with pytest.raises(specie.BadAnswer, match="more than"):
            client.get_rates()


def test_a_server_that_says_nothing_is_waited_for_as_long_as_was_said(pem):
    over = threading.Event()
    with Stub(lambda _: Reply(waits_for=over)) as server:
        for call in clients(server.url, pem, timeout=0.3):
            with pytest.raises(specie.Timeout):
                call()
        over.set()


def test_other_threads_run_while_one_waits(pem):
    over = threading.Event()
    with Stub(lambda heard: Reply(200, b'{"data": 1}', waits_for=over if "slow" in heard.path else None)) as server:
        client = specie.Client(server.url, pem, TOKENS)
        slow = threading.Thread(target=client.get_invoice, args=("slow",))
        slow.start()
        assert client.get_invoice("quick") == 1
        assert slow.is_alive()
        over.set()
        slow.join(10)
        assert not slow.is_alive()


def test_many_calls_of_asyncio_wait_together(pem):
    all_there = threading.Barrier(20)

    def answer(heard):
        all_there.wait(20)
        return data(heard.path)

    async def ask(client):
        return await asyncio.gather(*(client.get_invoice(number) for number in range(20)))

    with Stub(answer) as server:
        client = specie.AsyncClient(server.url, pem, TOKENS)
        assert asyncio.run(ask(client)) == [f"/invoices/{number}" for number in range(20)]


def test_a_task_that_is_cancelled_ends_its_call(pem, monkeypatch):
    over, came, delivered = threading.Event(), threading.Event(), []
    deliver = _wire._deliver
    monkeypatch.setattr(_wire, "_deliver", lambda *told: (delivered.append(told), deliver(*told)))

    def answer(_):
        came.set()
        return Reply(200, b'{"data": 1}', waits_for=over)

    async def ask(client):
        task = asyncio.ensure_future(client.get_invoice("a"))
        await asyncio.get_running_loop().run_in_executor(None, came.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        over.set()
        return await client.get_invoice("b")

    with Stub(answer) as server:
        client = specie.AsyncClient(server.url, pem, TOKENS)
        assert asyncio.run(ask(client)) == 1
        # Another loop, the same client.
        assert asyncio.run(client.get_invoice("c")) == 1
        assert len(delivered) == 2, "nothing came of the first"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_asks_over_connections_of_its_own(pem):
    with Stub(lambda _: data("there")) as server:
        client = specie.Client(server.url, pem, TOKENS)
        assert client.get_invoice("a") == "there"
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if client.get_invoice("b") == "there" else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert client.get_invoice("c") == "there"


ASKS = """
import sys, specie
specie.Client(sys.argv[1], timeout=60).get_invoice("a")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are POSIX's")
def test_control_c_ends_a_call_that_waits():
    over, came = threading.Event(), threading.Event()

    def answer(_):
        came.set()
        return Reply(waits_for=over)

    with Stub(answer) as server:
        waiting = subprocess.Popen([sys.executable, "-c", ASKS, server.url], stderr=subprocess.PIPE)
        assert came.wait(30)
        waiting.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in waiting.communicate(timeout=20)[1]
        over.set()


# The thread that brings the answer is still in Python when the program ends.
ASK_AND_END = """
import asyncio, sys, threading, specie

class Loop(asyncio.SelectorEventLoop):
    def call_soon_threadsafe(self, *args, **more):
        super().call_soon_threadsafe(*args, **more)
        if threading.current_thread() is not threading.main_thread():
            threading.main_thread().join()

client = specie.AsyncClient(sys.argv[1])
Loop().run_until_complete(client.get_invoice("a"))
"""


def test_a_program_that_asked_by_asyncio_ends_well():
    with Stub(lambda _: data({"status": "new"})) as server:
        ends = [subprocess.run([sys.executable, "-c", ASK_AND_END, server.url]).returncode for _ in range(5)]
    assert set(ends) == {0}


def test_a_program_ends_while_a_call_is_under_way():
    code = ASKS.replace("specie.Client", "import threading\nthreading.Thread(daemon=True, target=specie.Client").replace(
        'timeout=60).get_invoice("a")', 'timeout=60).get_invoice, args=("a",)).start()\nsys.stdin.readline()'
    )
    over, came = threading.Event(), threading.Event()

    def answer(_):
        came.set()
        return Reply(waits_for=over)

    with Stub(answer) as server:
        program = subprocess.Popen([sys.executable, "-c", code, server.url], stdin=subprocess.PIPE)
        assert came.wait(30)
        program.communicate(b"\n", timeout=20)
        assert program.returncode == 0
        over.set()


@pytest.mark.parametrize("id", ["a/b", "a?x=1", "../tokens", "a\r\nX-Evil: 1", "a#b", "%2e%2e", "☕", " "])
def test_an_id_is_one_segment_of_the_path_whatever_is_in_it(id, pem):
    with Stub(lambda _: data(1)) as server:
        specie.Client(server.url, pem, TOKENS).get_refund(id, id)
        heard = server.heard[0]
        assert heard.path == f"/invoices/{id}/refunds/{id}"
        assert heard.target.split("?")[0].count("/") == 4
        assert heard.is_signed and "x-evil" not in heard.headers


def test_what_cannot_be_sent_is_not_sent(pem):
    with Stub(lambda _: data(1)) as server:
        client = specie.Client(server.url, pem, TOKENS)
        for kind, call in [
            (specie.Unsendable, lambda: client.get_invoice("")),
            (specie.Unsendable, lambda: client.get_invoice("..")),
            (TypeError, lambda: client.get_invoice(None)),
            (TypeError, lambda: client.get_invoice(True)),
            (TypeError, lambda: client.create_invoice(None)),
            (TypeError, lambda: client.create_invoice([("price", 1)])),
            (ValueError, lambda: client.create_invoice({"price": float("nan")})),
            (TypeError, lambda: client.create_invoice({"price": object()})),
            (specie.Unsendable, lambda: client.create_invoice({"orderId": "\ud800"})),
            (specie.Unsendable, lambda: client.create_invoice({}, idempotency_key="a\r\nb")),
            (specie.Unsendable, lambda: client.create_invoice({}, idempotency_key="")),
            (specie.Unsendable, lambda: client.create_invoice({}, idempotency_key="é")),
        ]:
            with pytest.raises(kind):
                call()
        with pytest.raises(specie.Unsendable):
            specie.Panel(server.url, "a\r\nb").summary()
        assert not server.heard


@pytest.mark.parametrize("host", ["pay.example.com", "ftp://a", "https://", "https://a:b@c", "https://a/?q=1", ""])
def test_an_address_that_is_none_is_refused(host, pem):
    with pytest.raises(ValueError):
        specie.Client(host, pem)


@pytest.mark.parametrize(
    "more",
    [{"timeout": 0}, {"timeout": -1}, {"timeout": float("nan")}, {"proxy": "nowhere"}, {"retries": -1}],
)
def test_a_setting_that_makes_no_sense_is_refused(more, pem):
    with pytest.raises(ValueError):
        specie.Client("https://a", pem, **more)


def test_nothing_secret_is_in_what_is_shown(pem):
    client = specie.Client("https://pay.example.com", pem, TOKENS)
    panel = specie.Panel("https://pay.example.com", "SECRET-TOKEN")
    for shown in map(repr, (client, panel, specie.BTCPayClient("https://pay.example.com", pem, tokens=TOKENS))):
        assert "SECRET" not in shown and "PRIVATE" not in shown
    with Stub(lambda _: refusal(403, error="no")) as server:
        for call in clients(server.url, pem):
            with pytest.raises(specie.HTTPError) as caught:
                call()
            assert "SECRET" not in str(caught.value) + repr(caught.value) + repr(vars(caught.value))


def test_an_error_survives_a_pickle(pem):
    with Stub(lambda _: refusal(422, message="no", errors={"amount": ["too much"]})) as server:
        with pytest.raises(specie.HTTPError) as caught:
            specie.Panel(server.url, "T").summary()
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, specie.HTTPError) and str(error) == "the server answered 422: no"
    assert (error.status_code, error.fields) == (422, {"amount": ["too much"]})
    assert error.response.json() == {"error": "no", "errors": {"amount": ["too much"]}}


def test_a_busy_server_is_asked_again_under_the_same_key(pem):
    busy = iter([refusal(503, error="busy"), data({"id": "x"})])
    with Stub(lambda _: next(busy)) as server:
        assert specie.Client(server.url, pem, TOKENS).create_invoice({"price": 1}) == {"id": "x"}
        first, second = server.heard
        assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
        assert first.body == second.body


def test_soon_is_soon(pem):
    """A call takes the time of its answer, not that of the look for signals."""
    with Stub(lambda _: data(1)) as server:
        client = specie.Client(server.url, pem, TOKENS)
        client.get_invoice("a")
        before = time.monotonic()
        for _ in range(20):
            client.get_invoice("a")
        assert time.monotonic() - before < 20 * 0.1
