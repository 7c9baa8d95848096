"""What all tests have: a client's key, and no proxy of whoever runs them."""

import os

import pytest

from specie import crypto

for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session")
def pem():
    """A private key."""
    return crypto.generate_privkey()
