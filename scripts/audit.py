"""Ask the advisory services about our dependencies and write a list of them (SBOM, CycloneDX) into var/.

Exit code 0: asked, nothing known. 1: something is known; it stands above. 3: a service could not be reached, so that
nobody knows: never to be read as "clean".
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SBOM, NODE_SBOM = ROOT / "var" / "sbom.python.cdx.json", ROOT / "var" / "sbom.node.cdx.json"
CLEAN, KNOWN, UNREACHABLE = 0, 1, 3
_FOUND = re.compile(r"found \d+ known vulnerabilit|[1-9]\d* (?:\w+ severity )?vulnerabilit|severity:", re.I)


def verdict(code: int, text: str) -> int:
    """Turn the exit code and the words of a tool into ours: a failure that names no vulnerability is silence."""
    if code == 0:
        return CLEAN
    return KNOWN if _FOUND.search(text) else UNREACHABLE


def run(*command: str) -> tuple[int, str, str]:
    """Run a tool; return its exit code, what it found and all that it said."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)  # noqa: S603
    return done.returncode, done.stdout, done.stdout + done.stderr


def python_packages() -> int:
    """Ask about requirements.txt and write its SBOM."""
    program = str(Path(sys.executable).parent / "pip-audit")
    options = ("--requirement", "requirements.txt", "--require-hashes", "--disable-pip", "--strict")
    code, found, words = run(program, *options, "--progress-spinner", "off")
    print(words.strip())
    write_sbom()
    return verdict(code, words)


def write_sbom() -> None:
    """Write what requirements.txt pins as CycloneDX, whether or not an advisory service answers."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = [
        line.split(" ")[0].split(";")[0].split("==") for line in text.splitlines() if "==" in line and line[0].isalnum()
    ]
    parts = [
        {"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name.partition('[')[0]}@{version}"}
        for name, version in pins
    ]
    body = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts}
    SBOM.parent.mkdir(exist_ok=True)
    SBOM.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    print(f"{len(parts)} Python packages are listed in {SBOM.relative_to(ROOT)}.")


def node_packages() -> int:
    """Ask about package-lock.json and write its SBOM."""
    npm = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if npm is None:
        print("npm is not here: the packages of the pages were not looked at.")
        return UNREACHABLE
    code, found, words = run(npm, "sbom", "--package-lock-only", "--sbom-format", "cyclonedx")
    if code == 0:
        NODE_SBOM.write_text(found, encoding="utf-8")
        print(f"The packages of the pages are listed in {NODE_SBOM.relative_to(ROOT)}.")
    code, found, words = run(npm, "audit", "--package-lock-only")
    print(words.strip())
    return verdict(code, words)


def main() -> int:
    """Ask about both; the worst answer counts, and silence is worse than clean."""
    answers = {"Python": python_packages(), "pages": node_packages()}
    told = {
        CLEAN: "nothing is known against them",
        KNOWN: "see above",
        UNREACHABLE: "COULD NOT BE ASKED, so nobody knows",
    }
    for name, answer in answers.items():
        print(f"Packages ({name}): {told[answer]}.")
    return KNOWN if KNOWN in answers.values() else max(answers.values())


if __name__ == "__main__":
    sys.exit(main())
