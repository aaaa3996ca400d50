"""Makes the Python client anew from docs/openapi.yaml: `make client`, or `python scripts/make_client.py FOLDER`."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "clients" / "python"
PACKAGE = "fysicure_client"


def make_client(target: Path) -> None:
    """Write the package into `target`, which is emptied first. Raises CalledProcessError when it cannot be made."""
    programs = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / PACKAGE
        document, config = ROOT / "docs" / "openapi.yaml", CLIENT / "config.yaml"
        asked = ["--path", str(document), "--config", str(config), "--meta", "none", "--output-path", str(made)]
        # Warnings are faults: what the generator leaves out would be missing from the client without a word.
        subprocess.run(  # noqa: S603 our own programs and files
            [programs / "openapi-python-client", "generate", *asked, "--fail-on-warning"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        tidy = ["check", "--isolated", "--quiet", "--fix-only", "--select", "I,F401,F811"]
        subprocess.run([programs / "ruff", *tidy, made], check=True)  # noqa: S603
        form = ["format", "--isolated", "--quiet", "--line-length", "120"]
        subprocess.run([programs / "ruff", *form, made], check=True)  # noqa: S603
        (made / "py.typed").touch()
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target, ignore=shutil.ignore_patterns(".ruff_cache", "__pycache__"))


if __name__ == "__main__":
    make_client(Path(sys.argv[1]) if len(sys.argv) > 1 else CLIENT / PACKAGE)
