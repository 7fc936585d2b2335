"""A portal reduced to its notification address: it keeps what a provider posts to it."""

from queue import Queue
from urllib.parse import parse_qsl


class Receiver:
    """A WSGI application; ``received`` holds one ``(host, fields)`` per notification."""

    def __init__(self) -> None:
        self.url = ""
        self.received: Queue[tuple[str, dict[str, str]]] = Queue()

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.received.put((environ["HTTP_HOST"], dict(parse_qsl(body.decode(), keep_blank_values=True))))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]
