"""How calls reach a server: the Rust client, asked from threads that wait or from asyncio.

The Rust client signs, sends, tries again where that is safe, and reads no more than it should. Never here: what is asked.
"""

from __future__ import annotations

import asyncio
import atexit
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from . import errors
from ._call import Call, read
from ._native import Connection, Failure, close

MOST = 32 * 1024 * 1024
"""The largest answer that is taken, in bytes, unless said otherwise."""

# Answers to asyncio come by another thread, which must not be in an interpreter that ends.
atexit.register(close)

Told = Tuple[Optional[str], Optional[Failure]]


class Setup(NamedTuple):
    """How a client is set up."""

    timeout: float
    connect_timeout: float
    retries: int
    max_answer: int
    proxy: Optional[str]
    trust: List[str]
    insecure: bool


def setup(
    timeout: float,
    connect_timeout: float,
    retries: int,
    proxy: Optional[str],
    trust: Sequence[str],
    insecure: bool,
    max_answer: int = MOST,
) -> Setup:
    """A client's settings, checked as far as only Python can."""
    if isinstance(trust, str):
        trust = (trust,)
    if retries < 0:
        raise ValueError("retries is how often is tried again: none, or more")
    return Setup(timeout, connect_timeout, retries, max_answer, proxy, list(trust), insecure)


def restored(kept: object) -> Setup:
    """Settings that were pickled, by their names. One that is new since then is as it is by default."""
    names = kept if isinstance(kept, dict) else {}
    usual = setup(30.0, 10.0, 3, None, (), False)
    return usual._replace(**{name: names[name] for name in usual._fields if name in names})


class Wire:
    """One client's connections, for threads and for asyncio. ``exact``: fractions are read as ``Decimal``."""

    def __init__(self, host: str, pem: Optional[str], token: Optional[str], made: Setup, exact: bool) -> None:
        self._connection = Connection(host, pem, token, made)
        self._exact = exact

    def ask(self, call: Call, idempotency_key: Optional[str] = None) -> Any:
        """Waits for the result; other threads run meanwhile."""
        return self._result(self._connection.call(call.asked(idempotency_key)))

    async def ask_async(self, call: Call, idempotency_key: Optional[str] = None) -> Any:
        """The same for asyncio. A task that is cancelled ends the call; whether the server did it is not known then."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Told] = loop.create_future()

        def done(text: Optional[str], failure: Optional[Failure]) -> None:
            try:
                loop.call_soon_threadsafe(_deliver, answer, (text, failure))
            except RuntimeError:
                pass  # The loop was closed: nobody waits.

        pending = self._connection.begin(call.asked(idempotency_key), done)
        try:
            return self._result(await answer)
        except asyncio.CancelledError:
            pending.cancel()
            raise

    def _result(self, told: Told) -> Any:
        text, failure = told
        if failure is not None:
            raise errors.of(failure)
        return None if text is None else read(text, self._exact)


def _deliver(answer: asyncio.Future[Told], told: Told) -> None:
    if not answer.done():
        answer.set_result(told)
