"""Rules and fixtures of every test; see the modules of ``tests/harness``."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.harness.database import run_servers

pytest_plugins = ["tests.harness.fixtures", "tests.harness.live", "tests.guides.town"]

# A template that names an unknown variable fails its test (read by pytest-django).
os.environ["FAIL_INVALID_TEMPLATE_VARS"] = "true"

# What an engine answers is tried, not how fast a busy machine draws its examples.
settings.register_profile("essais", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("essais")


def pytest_configure(config: pytest.Config) -> None:
    controls_workers = getattr(config.option, "dist", "no") != "no" and not hasattr(config, "workerinput")
    if controls_workers:
        run_servers.share()


def pytest_unconfigure() -> None:
    run_servers.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "page" in item.fixturenames or "phone" in item.fixturenames or "desktop" in item.fixturenames:
            item.add_marker("browser")
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid} : demandez la fixture « transactional_db » ; django_db(transaction=True) viderait "
                "les tables des communes."
            )
