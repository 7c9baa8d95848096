"""What arrives is believed if it is of the secret, over this body, and of now."""

import json
from decimal import Decimal

import pytest
from contract import files

from specie import webhooks

POSTED = files("webhooks")
SIGNED = {name: file for name, file in POSTED.items() if "genuine" in file}
UNSIGNED = {name: file for name, file in POSTED.items() if "tells" in file}


@pytest.mark.parametrize("file", SIGNED.values(), ids=SIGNED)
def test_a_webhook_is_genuine_or_not_as_the_contract_says(file):
    def verify():
        return webhooks.verify(file["secret"], file["headers"].get("Specie-Signature"), file["body"], now=file["at"])

    if file["genuine"]:
        assert verify() == json.loads(file["body"], parse_float=Decimal)
    else:
        with pytest.raises(webhooks.NotGenuine):
            verify()


@pytest.mark.parametrize("file", UNSIGNED.values(), ids=UNSIGNED)
def test_a_notification_is_read(file):
    told = webhooks.parse_ipn(file["body"].encode())
    assert (told.id, told.status) == (file["tells"]["id"], file["tells"]["status"])
    assert told.event == file["tells"].get("event")
    assert told.data["id"] == told.id


def test_both_kinds_are_in_the_contract():
    assert len(SIGNED) > 15 and len(UNSIGNED) > 15


def test_bytes_are_verified_as_they_are_and_by_the_clock_of_now():
    body = '{"id": "M", "event": "invoice.paid", "data": {"amount": 0.1, "description": "Tee ☕"}}'.encode()
    signature = webhooks.sign("whsec_x", body)
    event = webhooks.verify("whsec_x", signature, body)
    assert event["data"]["amount"] == Decimal("0.1")
    for secret, header, changed in [
        ("whsec_y", signature, body),
        ("whsec_x", signature, body + b" "),
        ("whsec_x", webhooks.sign("whsec_x", body, now=1), body),
        ("whsec_x", None, body),
    ]:
        with pytest.raises(webhooks.NotGenuine):
            webhooks.verify(secret, header, changed)


@pytest.mark.parametrize("header", ["t=1,v1=\udcff", "\udcff", "sha256=\udcff", "ü"])
def test_a_header_that_is_no_text_is_not_genuine(header):
    for verify in (webhooks.verify, webhooks.verify_btcpay):
        with pytest.raises(webhooks.NotGenuine):
            verify("whsec_a", header, "{}\udcff")


def test_without_a_secret_nothing_is_genuine():
    with pytest.raises(webhooks.NotGenuine, match="no secret"):
        webhooks.verify("", webhooks.sign("", "{}"), "{}")
    with pytest.raises(webhooks.NotGenuine, match="no secret"):
        webhooks.verify_btcpay("", "sha256=" + "0" * 64, "{}")


def test_a_webhook_of_btcpay_server_is_verified_over_its_body():
    posted = POSTED["invoice_paid"]
    header = posted["headers"]["BTCPay-Sig"]
    assert webhooks.verify_btcpay(posted["secret"], header, posted["body"])["event"] == "invoice.paid"
    for wrong in (None, "", "sha256=", header[:-1], header.replace("sha256", "sha1")):
        with pytest.raises(webhooks.NotGenuine):
            webhooks.verify_btcpay(posted["secret"], wrong, posted["body"])


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"1", b"[" * 100_000, b'{"id": 1, "status": "new"}', b'{"id": "x"}'])
def test_a_body_of_another_form_is_refused(body):
    with pytest.raises(ValueError):
        webhooks.parse_ipn(body)
    with pytest.raises(webhooks.NotGenuine):
        webhooks.verify("s", "t=1,v1=00", body, now=1)
    if not body.startswith(b"{"):
        with pytest.raises(webhooks.NotGenuine):
            webhooks.verify("s", webhooks.sign("s", body, now=1), body, now=1)
