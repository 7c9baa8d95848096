"""Keys, ids and signatures are those of every other client."""

import btcpay.crypto
import pytest
from bitauth import is_signed
from contract import KEY, SIN

from specie import crypto

# Private key, public key, SIN.
KEYS = [
    (KEY, "02034273e1475825926e828c549f59383d5a0b28e52eb374e446ad31aa81e464be", SIN),
    (
        "97811b691dd7ebaeb67977d158e1da2c4d3eaa4ee4e2555150628acade6b344c",
        "02326209e52f6f17e987ec27c56a1321acf3d68088b8fb634f232f12ccbc9a4575",
        "Tf3yr5tYvccKNVrE26BrPs6LWZRh8woHwjR",
    ),
    (
        "0000000000000000000000000000000000000000000000000000000000000001",
        "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "Tf8DhWM5WDBB1CarpFdonta9YEBJgW1GYAt",
    ),
]
# Message, and its deterministic, low-S signature by the key 1.
SIGNED = [
    (
        "https://btcpay.example.com/invoices?token=abc&status=new",
        "3044022048f2f3185b2bc05a5ca2373af52261143d9870a34fcaa2667b4eb97e7e0bcf17022037085030550dbbfda243f40ff66bc2"
        "8c8b1e1235cc087389f53ceab18ae0697f",
    ),
    (
        'https://btcpay.example.com/invoices/{"price":20,"currency":"USD","token":"abc"}',
        "3045022100e87de2124bcc4e9eb781f769ecbd330c81993bdce4993dd993d74cbafeaf608f022074b6f5530e931fcaadc322e93c76"
        "aad73a174db307758a020ee8ea44eb03b54d",
    ),
]


@pytest.mark.parametrize(("private", "public", "sin"), KEYS)
def test_a_key_has_the_public_key_and_the_sin_that_others_give_it(private, public, sin):
    pem = crypto.privkey_from_hex(private)
    assert crypto.privkey_to_hex(pem) == private
    assert crypto.get_compressed_public_key_from_pem(pem) == public
    assert crypto.get_sin_from_pem(pem) == crypto.get_sin_from_pem(pem.encode()) == sin


@pytest.mark.parametrize(("message", "signature"), SIGNED)
def test_a_signature_is_the_deterministic_low_one(message, signature):
    pem = crypto.privkey_from_hex(KEYS[2][0])
    assert crypto.sign(message, pem) == crypto.sign(message.encode(), pem) == signature
    assert is_signed(message.encode(), KEYS[2][1], signature)


def test_a_key_of_btcpay_python_works_here_and_the_other_way_round():
    for pem in (crypto.generate_privkey(), btcpay.crypto.generate_privkey()):
        assert crypto.get_sin_from_pem(pem) == btcpay.crypto.get_sin_from_pem(pem)
        identity = crypto.get_compressed_public_key_from_pem(pem)
        assert identity == btcpay.crypto.get_compressed_public_key_from_pem(pem)
        assert is_signed("é".encode(), identity, crypto.sign("é", pem))
        assert crypto.privkey_from_hex(crypto.privkey_to_hex(pem)) == pem


def test_every_name_of_btcpay_crypto_is_here_with_the_same_results():
    own = {name for name, value in vars(btcpay.crypto).items() if getattr(value, "__module__", "") == "btcpay.crypto"}
    assert own <= set(dir(crypto))
    key = KEYS[0][1]
    version = crypto.get_version_from_compressed_key(key)
    whole = b"%064x%064x" % (5, 7)
    for name, argument in [
        ("base58encode", "0F02ff00"),
        ("get_checksum_from_version", version),
        ("get_version_from_compressed_key", key),
        ("sha_digest", "00ff"),
        ("compress_key", whole),
        ("find_prefix", 7),
        ("find_prefix", 8),
    ]:
        assert getattr(crypto, name)(argument) == getattr(btcpay.crypto, name)(argument), name
    assert crypto.encode58("x", 58, "0" * 57 + "z") == btcpay.crypto.encode58("x", 58, "0" * 57 + "z")
    assert crypto.base58encode(version + crypto.get_checksum_from_version(version)) == SIN


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError):
        crypto.get_sin_from_pem(text)
    with pytest.raises(ValueError):
        crypto.sign("x", text)
    with pytest.raises(ValueError):
        crypto.privkey_from_hex("0" * 64)
