"""Take bitcoin for an order, and hear when it is paid: a client for Specie, BTCPay and other servers that speak BitPay's API.

``BTCPayClient`` is the client of ``btcpay-python`` under the same names: ``from specie import BTCPayClient``. ``Client`` and
``Panel`` have the whole of both APIs of Specie, ``AsyncClient`` and ``AsyncPanel`` the same for asyncio; ``webhooks`` verifies
what arrives, ``loads`` reads a client that was pickled, ``crypto`` has keys and signatures.
"""

from . import client, crypto, webhooks
from .async_client import AsyncClient
from .async_panel import AsyncPanel
from .client import BTCPayClient
from .errors import BadAnswer, ConnectionFailed, HTTPError, Response, SpecieError, Timeout, Unsendable
from .merchant import Client
from .panel import Panel
from .pickles import UnreadablePickle, loads

__all__ = [
    "AsyncClient",
    "AsyncPanel",
    "BTCPayClient",
    "BadAnswer",
    "Client",
    "ConnectionFailed",
    "HTTPError",
    "Panel",
    "Response",
    "SpecieError",
    "Timeout",
    "Unsendable",
    "UnreadablePickle",
    "client",
    "crypto",
    "loads",
    "webhooks",
]
