"""``loads``: a client out of a pickle, also one that ``btcpay-python`` or its predecessor ``btcpay`` made.

``pickle.loads`` runs what is in a pickle. This reads it as data: it has a list of the instructions and of the names that such a
client consists of, refuses all else, and neither imports nor calls anything that a pickle names. What it was made of
(``requests`` with its cookies and adapters) need not be installed. Never here: ``pickle`` itself, or ``import`` by name.
"""

from __future__ import annotations

import pickletools
from typing import Any, Callable, Dict, List, Optional, Set, Tuple, Type, Union
from urllib.parse import urlsplit

from .async_client import AsyncClient
from .async_panel import AsyncPanel
from .client import BTCPayClient
from .merchant import Client, Merchant
from .panel import Bearer, Panel

MOST_BYTES = 64 * 1024
"""The largest pickle that is read; a client has about 2,000 bytes."""
MOST_STEPS = 5_000
"""The most instructions that are followed; a client has about 300."""

_THEIRS = ("btcpay.client", "BTCPayClient")
_DROP_IN = (BTCPayClient.__module__, BTCPayClient.__name__)
_OURS: Dict[Tuple[str, str], Type[Union[Merchant, Bearer]]] = {
    (kind.__module__, kind.__name__): kind for kind in (AsyncClient, AsyncPanel, Client, Panel)
}
# What a session of `requests` is made of. It stands for data here, whatever it is elsewhere.
_PARTS = {
    ("requests.sessions", "Session"),
    ("requests.structures", "CaseInsensitiveDict"),
    ("requests.cookies", "RequestsCookieJar"),
    ("requests.adapters", "HTTPAdapter"),
    ("http.cookiejar", "DefaultCookiePolicy"),
    ("http.cookiejar", "Cookie"),
    ("cookielib", "DefaultCookiePolicy"),
    ("cookielib", "Cookie"),
    ("urllib3.util.retry", "Retry"),
    ("requests.packages.urllib3.util.retry", "Retry"),
    ("collections", "OrderedDict"),
    ("copyreg", "_reconstructor"),
    ("copy_reg", "_reconstructor"),
    ("builtins", "object"),
    ("__builtin__", "object"),
    ("builtins", "set"),
    ("__builtin__", "set"),
    ("builtins", "frozenset"),
    ("__builtin__", "frozenset"),
}
_NEVER_LOADED = "this is no client's pickle"

AnyClient = Union[Merchant, Bearer, BTCPayClient]


class UnreadablePickle(ValueError):
    """A pickle holds something else than a client, and nothing of it was done."""


class _Name:
    """A name in a pickle. Nothing is looked up by it."""

    def __init__(self, module: object, name: object) -> None:
        if not (isinstance(module, str) and isinstance(name, str)):
            raise UnreadablePickle(_NEVER_LOADED)
        self.of = (module, name)
        if self.of not in (_THEIRS, _DROP_IN) and self.of not in _OURS and self.of not in _PARTS:
            raise UnreadablePickle(f"a client's pickle does not name {module[:80]}.{name[:80]}")


class _Made:
    """What a pickle wants to have made: of what, and its state."""

    def __init__(self, of: _Name) -> None:
        self.of = of.of
        self.state: Any = None


def loads(data: Union[bytes, bytearray, memoryview]) -> Any:
    """The client in a pickle: a :class:`~specie.BTCPayClient` of what ``btcpay-python`` pickled, else what it was.
    :class:`UnreadablePickle` (a ``ValueError``) if it is anything else. The result's type is that of what was pickled.
    """
    if len(data) > MOST_BYTES:
        raise UnreadablePickle(f"a client's pickle has at most {MOST_BYTES} bytes")
    try:
        made = _Machine().run(bytes(data))
        return _client(made)
    except UnreadablePickle:
        raise
    except Exception as why:  # Whatever is wrong with it: the words of parsers are about positions.
        raise UnreadablePickle(f"{_NEVER_LOADED}: {type(why).__name__}") from None


def _client(made: Any) -> AnyClient:
    if not isinstance(made, _Made) or not isinstance(made.state, dict):
        raise UnreadablePickle(_NEVER_LOADED)
    if made.of == _THEIRS:
        return _converted(made.state)
    if not _is_plain(made.state, set()):
        raise UnreadablePickle(_NEVER_LOADED)
    if made.of == _DROP_IN:
        return _drop_in(made.state)
    kind = _OURS[made.of]
    client = kind.__new__(kind)
    client.__setstate__(made.state)
    return client


def _converted(state: Dict[str, Any]) -> BTCPayClient:
    """A client of ``btcpay-python``, with the proxy of its session."""
    session = state.get("s")
    inner = session.state if isinstance(session, _Made) and isinstance(session.state, dict) else {}
    proxy = _proxy(state.get("host"), inner.get("proxies"))
    if isinstance(proxy, str):
        proxy = proxy.replace("socks5:", "socks5h:", 1)
    return _drop_in({**{name: state.get(name) for name in ("host", "pem", "tokens", "verify")}, "proxy": proxy})


def _proxy(host: Any, proxies: Any) -> Any:
    """The proxy that `requests` would go through to this host, by its order of names."""
    if not (isinstance(host, str) and isinstance(proxies, dict)):
        return None
    to = urlsplit(host)
    names = (f"{to.scheme}://{to.hostname}", to.scheme, f"all://{to.hostname}", "all")
    return next((proxies[name] for name in names if proxies.get(name)), None)


def _drop_in(state: Dict[str, Any]) -> BTCPayClient:
    host, pem, tokens, verify = (state.get(name) for name in ("host", "pem", "tokens", "verify"))
    proxy, timeout, retries = state.get("proxy"), state.get("timeout", 30.0), state.get("retries", 0)
    pem = pem.decode("ascii") if isinstance(pem, bytes) else pem
    if not (isinstance(host, str) and isinstance(pem, str) and isinstance(verify, bool)):
        raise UnreadablePickle(_NEVER_LOADED)
    if not (isinstance(tokens, dict) and all(isinstance(text, str) for text in (*tokens, *tokens.values()))):
        raise UnreadablePickle(_NEVER_LOADED)
    if not (proxy is None or isinstance(proxy, str)):
        raise UnreadablePickle(_NEVER_LOADED)
    return BTCPayClient(
        host, pem, not verify, tokens, proxy=proxy, timeout=float(timeout), retries=int(retries)
    )


def _is_plain(value: Any, seen: Set[int]) -> bool:
    """Only what JSON has, and tuples. What is in it many times is looked at once."""
    if not isinstance(value, (dict, list, tuple)):
        return value is None or isinstance(value, (str, int, float))
    if id(value) in seen:
        return True
    seen.add(id(value))
    names = value if isinstance(value, dict) else ()
    items = value.values() if isinstance(value, dict) else value
    return all(isinstance(name, str) for name in names) and all(_is_plain(item, seen) for item in items)


class _Machine:
    """Follows a pickle's instructions, over data alone."""

    def __init__(self) -> None:
        self.stack: List[Any] = []
        self.marks: List[List[Any]] = []
        self.memo: Dict[int, Any] = {}

    def run(self, data: bytes) -> Any:
        """What is left at the end."""
        for step, (instruction, argument, _) in enumerate(pickletools.genops(data)):
            if step >= MOST_STEPS:
                raise UnreadablePickle(f"a client's pickle has at most {MOST_STEPS} instructions")
            name = instruction.name
            if name == "STOP":
                return self.stack.pop()
            if name in _VALUES:
                self.stack.append(argument)
            elif name in _CONSTANTS:
                self.stack.append(_CONSTANTS[name]())
            elif name in _STEPS:
                _STEPS[name](self, argument)
            elif name not in ("PROTO", "FRAME"):
                raise UnreadablePickle(f"a client's pickle has no {name}")
        raise UnreadablePickle(_NEVER_LOADED)

    def mark(self, _: Any) -> None:
        """What follows belongs together."""
        self.marks.append(self.stack)
        self.stack = []

    def marked(self) -> List[Any]:
        """What follows the last mark."""
        items, self.stack = self.stack, self.marks.pop()
        return items

    def remember(self, number: Optional[int]) -> None:
        """Under a number, or the next one."""
        self.memo[len(self.memo) if number is None else number] = self.stack[-1]

    def recall(self, number: int) -> None:
        """What was remembered."""
        self.stack.append(self.memo[number])

    def group(self, count: Optional[int]) -> None:
        """A tuple of so many, or of what is marked."""
        items = self.marked() if count is None else [self.stack.pop() for _ in range(count)][::-1]
        self.stack.append(tuple(items))

    def pairs(self, items: List[Any]) -> None:
        """Into the dictionary, or what stands for one, below."""
        target = self.stack[-1]
        for name, value in zip(items[::2], items[1::2]):
            if not isinstance(name, (str, int)):
                raise UnreadablePickle(_NEVER_LOADED)
            if isinstance(target, dict):
                target[name] = value
            elif not isinstance(target, _Made):
                raise UnreadablePickle(_NEVER_LOADED)

    def items(self, items: List[Any]) -> None:
        """Into the list, or what stands for one, below."""
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(items)
        elif not isinstance(target, _Made):
            raise UnreadablePickle(_NEVER_LOADED)

    def fill(self, empty: Any, put: Callable[[List[Any]], None]) -> None:
        """A list or a dictionary of what is marked."""
        items = self.marked()
        self.stack.append(empty)
        put(items)

    def name(self, argument: Optional[str]) -> None:
        """A name, in the pickle itself or on the stack."""
        if argument is None:
            last, first = self.stack.pop(), self.stack.pop()
        else:
            first, _, last = argument.partition(" ")
        self.stack.append(_Name(first, last))

    def make(self, _: Any) -> None:
        """Of a name and arguments. ``copyreg`` is told in the arguments what to make."""
        arguments, of = self.stack.pop(), self.stack.pop()
        if isinstance(of, _Name) and of.of[1] == "_reconstructor" and isinstance(arguments, tuple):
            of = arguments[0]
        if not isinstance(of, _Name):
            raise UnreadablePickle(_NEVER_LOADED)
        self.stack.append(_Made(of))

    def build(self, _: Any) -> None:
        """Gives what was made its state."""
        state = self.stack.pop()
        if not isinstance(self.stack[-1], _Made):
            raise UnreadablePickle(_NEVER_LOADED)
        self.stack[-1].state = state


_VALUES = {
    "BINBYTES", "BINFLOAT", "BININT", "BININT1", "BININT2", "BINUNICODE", "FLOAT", "INT", "LONG", "LONG1",
    "SHORT_BINBYTES", "SHORT_BINUNICODE", "UNICODE",
}  # fmt: skip
_CONSTANTS: Dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_SET": list,
    "EMPTY_TUPLE": tuple,
}
_STEPS: Dict[str, Callable[[_Machine, Any], None]] = {
    "MARK": _Machine.mark,
    "PUT": _Machine.remember,
    "BINPUT": _Machine.remember,
    "LONG_BINPUT": _Machine.remember,
    "MEMOIZE": _Machine.remember,
    "GET": _Machine.recall,
    "BINGET": _Machine.recall,
    "LONG_BINGET": _Machine.recall,
    "TUPLE": _Machine.group,
    "TUPLE1": lambda machine, _: machine.group(1),
    "TUPLE2": lambda machine, _: machine.group(2),
    "TUPLE3": lambda machine, _: machine.group(3),
    "LIST": lambda machine, _: machine.fill([], machine.items),
    "DICT": lambda machine, _: machine.fill({}, machine.pairs),
    "SETITEM": lambda machine, _: machine.pairs([machine.stack.pop(), machine.stack.pop()][::-1]),
    "SETITEMS": lambda machine, _: machine.pairs(machine.marked()),
    "APPEND": lambda machine, _: machine.items([machine.stack.pop()]),
    "APPENDS": lambda machine, _: machine.items(machine.marked()),
    "ADDITEMS": lambda machine, _: machine.items(machine.marked()),
    "FROZENSET": lambda machine, _: machine.fill([], machine.items),
    "GLOBAL": _Machine.name,
    "STACK_GLOBAL": _Machine.name,
    "REDUCE": _Machine.make,
    "NEWOBJ": _Machine.make,
    "BUILD": _Machine.build,
}

