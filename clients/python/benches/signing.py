"""How fast a request is signed, beside `btcpay-python` in the same run.

    python benches/signing.py [SECONDS]

Both sign the URL and the body of an invoice with the same key in PEM, as each does for every request (`crypto.sign`, and
`crypto.get_compressed_public_key_from_pem` for `X-Identity`), in turns, so that both share what else the machine does.
"""

import sys
import time

import btcpay.crypto
import specie.crypto

URL = "https://pay.example.com/invoices"
BODY = '{"price": 20, "currency": "USD", "orderId": "A-17", "token": "8Eiseuq74gFWa3wB1T6cJCR1QeNvk6BGUadCDJ5FFvXz"}'
TURNS = 10


def rate(crypto, pem, seconds):
    """Signed requests a second."""
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(5):
            crypto.sign(URL + BODY, pem)
            crypto.get_compressed_public_key_from_pem(pem)
        done += 5
    return done / (time.perf_counter() - start)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    pem = specie.crypto.generate_privkey()
    turns = [[rate(crypto, pem, seconds / TURNS / 2) for crypto in (btcpay.crypto, specie.crypto)] for _ in range(TURNS)]
    theirs, ours = (sorted(one)[TURNS // 2] for one in zip(*turns))
    print(f"btcpay-python  {theirs:9.0f} signed requests a second")
    print(f"specie         {ours:9.0f}")
    print(f"ratio          {ours / theirs:9.1f}")


if __name__ == "__main__":
    main()
