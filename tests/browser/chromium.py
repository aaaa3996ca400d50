"""A real Chromium: Debian's when it is there, else the one that playwright installed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Error, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
MISSING = "The browser tests need Chromium: apt-get install chromium, or .venv/bin/playwright install chromium."


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser and close it afterwards. Raises RuntimeError with what to install when there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        options: dict[str, Any] = {"args": FLAGS}
        if path:
            options["executable_path"] = path
        try:
            browser = playwright.chromium.launch(**options)
        except Error as error:
            raise RuntimeError(MISSING) from error
        try:
            yield browser
        finally:
            browser.close()
