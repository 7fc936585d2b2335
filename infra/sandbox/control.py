"""The door of every simulator's control API: this machine only, and never a web page of another site."""

import json
from collections.abc import Callable
from http import HTTPStatus

from infra.sandbox.loopback import is_loopback
from infra.sandbox.web import Request, Response


class NotThereError(Exception):
    """A command about a payment that does not exist."""


def answer(request: Request, *, state: Callable[[], dict], obey: Callable[[dict], None]) -> Response:
    """GET tells the state; POST takes one JSON object, obeys it and tells the state.

    The media type asked for cannot be sent by a form of another site. NotThereError is a 404, a wrong command a 400.
    """
    host = request.environ.get("HTTP_HOST", "").rsplit(":", 1)[0]
    if not is_loopback(request.environ["REMOTE_ADDR"]) or not is_loopback(host):
        return _json({"error": "this machine only"}, HTTPStatus.FORBIDDEN)
    if request.method == "GET":
        return _json(state())
    if not request.environ.get("CONTENT_TYPE", "").startswith("application/json"):
        return _json({"error": "application/json expected"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        obey(json.loads(request.body))
    except NotThereError as error:
        return _json({"error": str(error)}, HTTPStatus.NOT_FOUND)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, HTTPStatus.BAD_REQUEST)
    return _json(state())


def _json(value: dict, status: int = HTTPStatus.OK) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status=status, content_type="application/json")
