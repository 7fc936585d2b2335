"""Which Chromium, and how it is started."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# The shell has no window to draw: the same pages in three quarters of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: tests may run as root, in a container. No background requests: nothing but the pages under test.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def launch(playwright: Playwright) -> Browser:
    """The system's browser (``PORTAIL_CHROMIUM``, or found on the path), else the one Playwright installed."""
    program = os.environ.get("PORTAIL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
