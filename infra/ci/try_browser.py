"""Starts and closes the browser the tests would use; fails if there is none that works."""

from playwright.sync_api import sync_playwright

from tests.harness.chromium import launch

with sync_playwright() as playwright:
    launch(playwright).close()
