"""Who asks: through our proxies, and whatever the visitor claims."""

import pytest
from django.test import RequestFactory

from core.visitors import visitor_address


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "", "10.0.0.1"),
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.9", "192.0.2.7"),
        (1, "", "10.0.0.1"),
        (2, "192.0.2.7", "10.0.0.1"),
    ],
)
def test_the_address_is_the_one_our_outermost_proxy_saw(settings, proxies, header, address):
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": header})
    assert visitor_address(request) == address
