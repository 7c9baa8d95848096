"""BitAuth as a server checks it, in Python alone: secp256k1 and ECDSA (SEC 1), so that no code of the client is asked whether
the client is right. Slow, and for tests.
"""

import hashlib

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def _add(one, other):
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = 3 * x1 * x1 * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def _times(number, point):
    total = None
    while number:
        total = _add(total, point) if number & 1 else total
        point, number = _add(point, point), number >> 1
    return total


def _point(identity):
    x = int(identity[2:], 16)
    y = pow(x**3 + 7, (P + 1) // 4, P)
    return x, y if y % 2 == int(identity[:2], 16) % 2 else P - y


def _numbers(der):
    """Both numbers of a signature in DER."""
    assert der[0] == 0x30 and der[1] == len(der) - 2, "DER"
    first = 4 + der[3]
    assert der[2] == der[first] == 2 and der[first + 1] == len(der) - first - 2, "DER"
    return int.from_bytes(der[4:first], "big"), int.from_bytes(der[first + 2 :], "big")


def is_signed(message: bytes, identity: str, signature: str) -> bool:
    """Whether the signature is this identity's, over the message, and low-S."""
    r, s = _numbers(bytes.fromhex(signature))
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, N)
    found = _add(_times(digest * inverse % N, G), _times(r * inverse % N, _point(identity)))
    return found is not None and found[0] % N == r and s <= N // 2
