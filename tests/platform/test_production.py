"""The settings of production, loaded as a server loads them: in a process of its own, from the environment."""

import json
import os
import subprocess
import sys

from portail.fingerprint import ROOT

KEYS = {
    "SECRET_KEY": "une-cle-de-test",
    "PORTAIL_ENCRYPTION_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMTI=",
}
COOKIES = """
from django.conf import settings
from django.http import HttpResponse
response = HttpResponse()
for name, secure in (
    (settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE),
    (settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE),
):
    response.set_cookie(name, "x", secure=secure, domain=settings.SESSION_COOKIE_DOMAIN)
print(json.dumps([cookie.OutputString() for cookie in response.cookies.values()]))
"""
ERROR = """
import sentry_sdk
sent = []
sentry_sdk.get_client().options["before_send"] = lambda event, hint: sent.append(event)
try:
    password = "ne-doit-pas-sortir" + ""
    raise RuntimeError("panne")
except RuntimeError as error:
    sentry_sdk.capture_exception(error)
frames = sent[0]["exception"]["values"][0]["stacktrace"]["frames"]
print(json.dumps([len(sent), [frame.get("vars") for frame in frames], sentry_sdk.get_client().options["max_request_body_size"]]))
"""


def in_production(code: str, **environment: str) -> subprocess.CompletedProcess:
    settings = {
        "DJANGO_SETTINGS_MODULE": "portail.settings.production",
        "PYTHONPATH": os.pathsep.join([".", "platform"]),
    }
    program = f"import json, django\ndjango.setup()\n{code}"
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"]} | settings | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_cookie_is_refused_when_a_sibling_town_sets_it():
    done = in_production(COOKIES, **KEYS)

    for cookie in json.loads(done.stdout):
        assert cookie.startswith("__Host-portail_")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_an_error_report_carries_no_variable_and_no_form():
    done = in_production(ERROR, SENTRY_DSN="http://cle@127.0.0.1:9/1", **KEYS)

    assert json.loads(done.stdout) == [1, [None], "never"]


def test_a_server_without_its_secrets_does_not_start():
    done = in_production("")

    assert done.returncode == 1
    assert "PORTAIL_ENCRYPTION_KEYS" in done.stderr
