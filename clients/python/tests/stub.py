"""A server of a test's own: it answers what the test wants, and keeps what it heard."""

import json
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable, Dict, List, Optional, Tuple
from urllib.parse import parse_qsl, unquote, urlsplit

from bitauth import is_signed


@dataclass
class Heard:
    """A request as it arrived."""

    method: str
    target: str
    headers: Dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Its path, unescaped."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> Dict[str, str]:
        """Its parameters, unescaped."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True, strict_parsing=False))

    @property
    def json(self) -> object:
        """Its body, or ``None`` if there is none."""
        return json.loads(self.body) if self.body else None

    @property
    def is_signed(self) -> bool:
        """Whether BitAuth's headers are good for it."""
        url = f"http://{self.headers['host']}{self.target}".encode()
        identity, signature = self.headers.get("x-identity"), self.headers.get("x-signature")
        return bool(identity and signature) and is_signed(url + self.body, identity, signature)


@dataclass
class Reply:
    """What is answered, if it has to wait for something after that."""

    status: int = 200
    body: bytes = b"{}"
    headers: Tuple[Tuple[str, str], ...] = ()
    waits_for: Optional[threading.Event] = None


def data(value: object, status: int = 200) -> Reply:
    """An answer of BitPay's API."""
    return Reply(status, json.dumps({"data": value}).encode())


def refusal(status: int, **body: object) -> Reply:
    """A refusal."""
    return Reply(status, json.dumps(body).encode())


class Stub:
    """Answers at ``url`` until it is left."""

    def __init__(self, answer: Callable[[Heard], Reply], tls: Optional[ssl.SSLContext] = None) -> None:
        self.heard: List[Heard] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65536  # Head and body together: apart, the system holds the second back.

            def answer(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                names = {name.lower(): value for name, value in self.headers.items()}
                heard = Heard(self.command, self.path, names, self.rfile.read(length))
                stub.heard.append(heard)
                reply = answer(heard)
                if reply.waits_for is not None:
                    reply.waits_for.wait(30)
                try:
                    self.send_response(reply.status)
                    for name, value in (("Content-Type", "application/json"), *reply.headers):
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    self.wfile.write(reply.body)
                except OSError:
                    self.close_connection = True

            do_GET = do_POST = do_PATCH = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, True, do_handshake_on_connect=False)
            self.url = f"https://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self) -> "Stub":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
