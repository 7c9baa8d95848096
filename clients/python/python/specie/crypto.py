"""Keys and signatures (BitAuth), under the names of ``btcpay.crypto``.

A private key is PEM, a text that begins with ``-----BEGIN EC PRIVATE KEY-----``: a key of ``btcpay-python`` works as it is,
and the other way round. It spends nothing. What takes long is done by the Rust client; a signature is deterministic
(RFC 6979) and low-S (BIP 62), so that every server takes it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Union

from ._native import Key

_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def generate_privkey() -> str:
    """A new private key, in PEM. Keep it where secrets are kept."""
    return Key.generate().pem()


def privkey_from_hex(digits: str) -> str:
    """The PEM of a private key in 64 hexadecimal digits, as clients in other languages keep it."""
    return Key.of_hex(digits).pem()


def privkey_to_hex(pem: Union[str, bytes]) -> str:
    """The 64 hexadecimal digits of a private key."""
    return _key(pem).hex()


def get_sin_from_pem(pem: Union[str, bytes]) -> str:
    """The client's id, 35 characters that begin with ``Tf``: the short form of its public key."""
    return _key(pem).sin()


def get_compressed_public_key_from_pem(pem: Union[str, bytes]) -> str:
    """The public key, 66 hexadecimal digits: what is sent as ``X-Identity``."""
    return _key(pem).public_key()


def sign(message: Union[str, bytes], pem: Union[str, bytes]) -> str:
    """The signature over a message (ECDSA over its SHA-256), DER in hexadecimal: what is sent as ``X-Signature``, where
    the message is the URL directly followed by the body.
    """
    return _key(pem).sign(message.encode() if isinstance(message, str) else message)


def base58encode(hexastring: str) -> str:
    """A number of hexadecimal digits in base 58."""
    return encode58("", int(hexastring, 16), _DIGITS)


def encode58(string: str, int_val: int, chars: str) -> str:
    """A number in base 58, written before ``string``."""
    if int_val < 0:
        raise ValueError("a number in base 58 is not below zero")
    while int_val:
        int_val, digit = divmod(int_val, 58)
        string = chars[digit] + string
    return string


def get_checksum_from_version(version: str) -> str:
    """The first four bytes of the double SHA-256, in hexadecimal."""
    return sha_digest(sha_digest(version))[:8]


def get_version_from_compressed_key(key: str) -> str:
    """``0F02`` and RIPEMD-160 of SHA-256 of a public key, in hexadecimal. ``ValueError`` where Python has no RIPEMD-160:
    :func:`get_sin_from_pem` works there too.
    """
    return "0F02" + hashlib.new("ripemd160", bytes.fromhex(sha_digest(key))).hexdigest()


def sha_digest(hexastring: str) -> str:
    """SHA-256 of bytes, both in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(hexastring)).hexdigest()


def compress_key(bts: bytes) -> str:
    """The compressed form of a public key of 128 hexadecimal digits."""
    return find_prefix(int(bts, 16)) + bts[:64].decode("utf-8")


def find_prefix(intval: int) -> str:
    """What a compressed key begins with: whether its y is even."""
    return "03" if intval % 2 else "02"


@lru_cache(maxsize=4)
def _key(pem: Union[str, bytes]) -> Key:
    """The key of a text, kept: to read one takes as long as to sign."""
    return Key(pem.decode("utf-8") if isinstance(pem, bytes) else pem)
