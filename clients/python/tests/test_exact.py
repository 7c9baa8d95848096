"""Money is exact: what is sent and what is read of our own names is a ``Decimal``, digit for digit."""

import datetime
from decimal import Decimal

import pytest
from stub import Reply, Stub

import specie

DIGITS = ["0.1", "0.00000001", "20999999.99999999", "19.90", "1E+2", "123456789012345678901234567890.12"]


@pytest.mark.parametrize("digits", DIGITS)
def test_an_amount_goes_out_and_comes_back_with_all_its_digits(digits, pem):
    amount = Decimal(digits)
    body = b'{"data": {"rate": %s, "many": 21000000}}' % format(amount, "f").encode()
    with Stub(lambda _: Reply(200, body)) as server:
        read = specie.Client(server.url, pem).create_invoice({"price": amount, "currency": "BTC"})
        assert server.heard[0].json["price"] == format(amount, "f")
        assert read["rate"] == amount and type(read["many"]) is int
        panel = specie.Panel(server.url, "T").practice(1, "pay", amount=amount)
        assert server.heard[1].json["amount"] == format(amount, "f")
        assert panel["rate"] == amount


def test_whole_numbers_and_floats_go_out_as_they_are(pem):
    with Stub(lambda _: Reply(200, b'{"data": 1}')) as server:
        specie.Client(server.url, pem).create_invoice({"price": 20, "tax": 0.1, "huge": 10**40})
        assert server.heard[0].body.startswith(b'{"price":20,"tax":0.1,"huge":1' + b"0" * 40)


@pytest.mark.parametrize("none", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_no_amount_is_refused(none, pem):
    with pytest.raises(ValueError):
        specie.Client("https://a", pem).create_invoice({"price": Decimal(none)})


def test_days_and_moments_are_asked_for_in_iso_8601(pem):
    with Stub(lambda _: Reply(200, b'{"data": []}')) as server:
        moment = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.timezone.utc)
        specie.Client(server.url, pem).get_invoices(date_start=datetime.date(2026, 11, 1), date_end=moment)
        assert server.heard[0].query == {"dateStart": "2026-11-01", "dateEnd": "2026-11-22T09:00:00+00:00"}
        specie.Panel(server.url, "T").list_invoices(1, archived=False, from_="2026-11-01")
        assert server.heard[1].query == {"archived": "false", "from": "2026-11-01"}
