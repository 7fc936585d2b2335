"""Calls from a simulated provider to the portal: this machine only, whatever address it was given."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx

LOOPBACK = "127.0.0.1"
FORM = "application/x-www-form-urlencoded"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine, by its name alone (no name server is asked)."""
    host = host.strip("[]").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def post_form(url: str, fields: dict[str, str], *, timeout_seconds: float) -> str:
    """POST a form to this machine and say in one word or two what became of it."""
    return post(url, urlencode(fields).encode(), content_type=FORM, timeout_seconds=timeout_seconds)


def post(
    url: str,
    body: bytes,
    *,
    content_type: str,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float,
) -> str:
    """POST to this machine and say in one word or two what became of it.

    ``town.localhost`` goes to 127.0.0.1 under its own name: not every system resolves such names.
    """
    target = httpx.URL(url)
    if target.scheme not in {"http", "https"} or not is_loopback(target.host):
        return "refused: not this machine"
    sent = {**(headers or {}), "Content-Type": content_type, "Host": target.netloc.decode("ascii")}
    if target.host.endswith("localhost"):
        target = target.copy_with(host=LOOPBACK)
    try:
        response = httpx.post(
            target,
            content=body,
            headers=sent,
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        return f"failed: {type(error).__name__}"
    return f"HTTP {response.status_code}"
