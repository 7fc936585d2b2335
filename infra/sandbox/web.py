"""The little of HTTP that a simulated provider needs: requests, responses, a threaded server."""

import logging
import socketserver
import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from http import HTTPStatus
from typing import Self
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

MAX_BODY = 64 * 1024
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src data:; script-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

logger = logging.getLogger(__name__)


class Request:
    def __init__(self, environ: dict) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ.get("PATH_INFO", "/")
        self.query_string: str = environ.get("QUERY_STRING", "")

    @property
    def base_url(self) -> str:
        return f"http://{self.environ.get('HTTP_HOST') or self.environ['SERVER_NAME']}"

    @cached_property
    def body(self) -> bytes:
        length = int(self.environ.get("CONTENT_LENGTH") or 0)
        return self.environ["wsgi.input"].read(min(length, MAX_BODY))

    @cached_property
    def query(self) -> dict[str, str]:
        return {
            name: values[0] for name, values in parse_qs(self.query_string, keep_blank_values=True).items()
        }

    @cached_property
    def form(self) -> dict[str, str]:
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}


class Response:
    def __init__(
        self,
        body: str | bytes = b"",
        *,
        status: int = HTTPStatus.OK,
        content_type: str = "text/html; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.status = HTTPStatus(status)
        self.headers = SECURITY_HEADERS | {"Content-Type": content_type} | (headers or {})

    def __call__(self, start_response: Callable) -> Iterable[bytes]:
        headers = [*self.headers.items(), ("Content-Length", str(len(self.body)))]
        start_response(f"{self.status.value} {self.status.phrase}", headers)
        return [self.body]


def redirect(url: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": url})


class _Handler(WSGIRequestHandler):
    timeout = 30  # a browser opens sockets in advance and may never use them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        logger.info("%s %s", self.address_string(), format % args)

    def handle(self) -> None:
        # A client that hangs up is the client's business, not a traceback on the console.
        try:
            super().handle()
        except (ConnectionError, TimeoutError) as error:
            logger.info("%s hung up: %s", self.address_string(), error)


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, app: Callable) -> None:
        """Raises OSError when the port is taken. Port 0 asks the system for a free one."""
        super().__init__((host, port), _Handler)
        self.set_app(app)

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer would ask a name server for its own name
        host, self.server_port = self.server_address[:2]
        self.server_name = str(host)
        self.setup_environ()

    @property
    def url(self) -> str:
        return f"http://{self.server_name}:{self.server_port}"


class BackgroundServer:
    """Serve an application from a thread, on a free port of the loopback: ``with BackgroundServer(app) as server``."""

    def __init__(self, app: Callable) -> None:
        self.server = Server("127.0.0.1", 0, app)
        self.url = self.server.url
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()
