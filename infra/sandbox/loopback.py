"""Calls from a simulated provider to the portal: this machine only, whatever address it was given."""

import ipaddress

import httpx

LOOPBACK = "127.0.0.1"


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
    """POST a form to this machine and say in one word or two what became of it.

    ``town.localhost`` goes to 127.0.0.1 under its own name: not every system resolves such names.
    """
    target = httpx.URL(url)
    if target.scheme not in {"http", "https"} or not is_loopback(target.host):
        return "refused: not this machine"
    headers = {"Host": target.netloc.decode("ascii")}
    if target.host.endswith("localhost"):
        target = target.copy_with(host=LOOPBACK)
    try:
        response = httpx.post(
            target,
            data=fields,
            headers=headers,
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        return f"failed: {type(error).__name__}"
    return f"HTTP {response.status_code}"
