"""Whom a client believes: what the system trusts, a certificate authority that it was told of, and nobody else."""

import ssl
from pathlib import Path

import pytest
from stub import Stub, data

import specie

KEYS = Path(__file__).parents[3] / "crates" / "client" / "tests" / "data"
AUTHORITY = KEYS / "ca.pem"


@pytest.fixture
def server():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(KEYS / "localhost.pem")
    with Stub(lambda _: data(1), context) as server:
        yield server


@pytest.fixture(autouse=True)
def nobody_told_requests(monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def test_a_certificate_of_nobody_known_is_refused(server, pem):
    for client in (specie.Client(server.url, pem, retries=0), specie.BTCPayClient(server.url, pem)):
        with pytest.raises(specie.ConnectionFailed, match="certificate"):
            client.get_invoice("a")
    assert not server.heard


def test_an_authority_that_was_told_is_believed(server, pem):
    authority = AUTHORITY.read_text()
    assert specie.Client(server.url, pem, retries=0, trust=[authority]).get_invoice("a") == 1
    assert specie.Panel(server.url, "T", retries=0, trust=authority).show_invoice(1) == 1


def test_the_authority_that_requests_is_told_of_is_believed_by_the_drop_in_alone(server, pem, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        with monkeypatch.context() as told:
            told.setenv(name, str(AUTHORITY))
            assert specie.BTCPayClient(server.url, pem).get_invoice("a") == 1
            with pytest.raises(specie.ConnectionFailed):
                specie.Client(server.url, pem, retries=0).get_invoice("a")
            told.setenv(name, str(AUTHORITY.parent))  # A folder means nothing here.
            with pytest.raises(specie.ConnectionFailed):
                specie.BTCPayClient(server.url, pem).get_invoice("a")


def test_who_says_so_believes_anybody(server, pem):
    assert specie.BTCPayClient(server.url, pem, insecure=True).get_invoice("a") == 1
    assert specie.Client(server.url, pem, insecure=True).get_invoice("a") == 1
