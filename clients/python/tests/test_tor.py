"""Through Tor, the name of a server is looked up at the other end, and everything goes that way."""

import pickle
import socket
import threading

import pytest
from stub import Stub, data

import specie


@pytest.fixture
def proxy():
    """A SOCKS5 proxy (RFC 1928) that leads everything to one server; what it was asked for is in ``asked``."""

    class Proxy:
        asked, target = [], None

    def carry(source, sink):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
        sink.close()

    def serve(listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.recv(2 + client.recv(2, socket.MSG_PEEK)[1])
            client.sendall(b"\x05\x00")
            head = client.recv(5)
            name = client.recv(head[4]) if head[3] == 3 else head
            port = int.from_bytes(client.recv(2), "big")
            Proxy.asked.append((head[3], name.decode("latin-1"), port))
            client.sendall(b"\x05\x00\x00\x01\0\0\0\0\0\0")
            server = socket.create_connection(("127.0.0.1", Proxy.target))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=carry, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Proxy.url = f"socks5://127.0.0.1:{listener.getsockname()[1]}"
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield Proxy


def test_a_client_is_paired_and_asks_through_the_proxy_alone(proxy):
    def answer(heard):
        return data([{"facade": "merchant", "token": "M"}] if heard.path == "/tokens" else {"status": "new"})

    with Stub(answer) as server:
        proxy.target = int(server.url.rsplit(":", 1)[1])
        client = specie.BTCPayClient.create_tor_client("abcdefg", "http://shop.onion", proxy.url)
        client = specie.loads(pickle.dumps(client))
        assert client.get_invoice("a") == {"status": "new"}
        assert [heard.path for heard in server.heard] == ["/tokens", "/invoices/a"]
        assert server.heard[1].headers["host"] == "shop.onion"
    assert set(proxy.asked) == {(3, "shop.onion", 80)}, "asked for by its name"
