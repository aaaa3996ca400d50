"""What the documentation site adds to its pages while mkdocs builds it (`make docs`; the hooks of mkdocs.yml).

Pictures of pages: a guide names `docs/screenshots/NAME.png`. When the browser tests made a picture of that name
(`extra.pictures`: var/pictures, tests/browser/test_pictures.py), that one is shown instead. Pictures that no page names
are left out.

Menus: "folder/*" in the menu is every page of that folder that the menu names nowhere else.

Links: a link to a file of the repository outside docs/ becomes the name of that file. A name that does not exist is a
warning, and so a failed build, as every broken link is.
"""

import logging
import re
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
CONTRIBUTING = "contributing.md"
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
PICTURE = re.compile(r"screenshots/([\w-]+\.png)")
log = logging.getLogger("mkdocs.hooks.docs_site")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Write out the "folder/*" of the menu."""
    pages = {str(path.relative_to(DOCS).as_posix()) for path in DOCS.rglob("*.md")}
    named = set(_names(config.nav))
    config.nav = _written_out(config.nav, sorted(pages - named))
    return config


def _names(node: Any) -> list[str]:
    """The pages that a part of the menu names."""
    if isinstance(node, str):
        return [node]
    rows = node.values() if isinstance(node, dict) else node
    return [name for row in rows for name in _names(row)]


def _written_out(node: Any, unnamed: list[str]) -> Any:
    if isinstance(node, dict):
        return {title: _written_out(row, unnamed) for title, row in node.items()}
    if isinstance(node, list):
        rows = [_written_out(row, unnamed) if _is_all(row) else [_written_out(row, unnamed)] for row in node]
        return [each for row in rows for each in row]
    return _fitting(node, unnamed) if _is_all(node) else node


def _is_all(node: Any) -> bool:
    return isinstance(node, str) and PurePosixPath(node).name == "*"


def _fitting(pattern: str, unnamed: list[str]) -> list[str]:
    """The pages of a folder, the one that opens it first."""
    folder = str(PurePosixPath(pattern).parent)
    here = [name for name in unnamed if str(PurePosixPath(name).parent) == folder]
    return sorted(here, key=lambda name: (PurePosixPath(name).name != "index.md", name))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Take the pictures that pages name, and CONTRIBUTING.md as a page."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").replace("](docs/", "](")
    files.append(File.generated(config, CONTRIBUTING, content=text))
    named = {name for path in DOCS.rglob("*.md") for name in PICTURE.findall(path.read_text(encoding="utf-8"))}
    for file in list(files):
        path = PurePosixPath(file.src_uri)
        if path.parent.name != "screenshots":
            continue
        files.remove(file)
        if path.name in named:
            made = ROOT / config.extra["pictures"] / path.name
            source = made if made.exists() else DOCS / "screenshots" / path.name
            files.append(File.generated(config, file.src_uri, abs_src_path=str(source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links to the code into names of files."""
    folder = str(PurePosixPath("docs") / PurePosixPath(page.file.src_uri).parent)
    folder = "." if page.file.src_uri == CONTRIBUTING else folder

    def name(found: re.Match[str]) -> str:
        words, target = found.groups()
        path = normpath(f"{folder}/{target.partition('#')[0]}")
        is_page = files.get_file_from_path(path.removeprefix("docs/") if folder != "." else path) is not None
        if is_page or ":" in target or target.startswith("#"):
            return found[0]
        if not (ROOT / path).exists():
            log.warning("%s names %s, which is not there", page.file.src_uri, path)
        return words if path in words else f"{words} (`{path}`)"

    return LINK.sub(name, markdown)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Say in which language a page is written: that of its front matter, else English; the frame stays Dutch."""
    language = page.meta.get("language", "en")
    return output.replace('<article class="md-content__inner', f'<article lang="{language}" class="md-content__inner')
