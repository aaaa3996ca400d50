"""The documentation site builds, needs no other host, and refuses a broken link."""

import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

ROOT = Path(__file__).resolve().parents[2]
FETCHED = re.compile(r'<(?:script|img|iframe|source)\b[^>]*\ssrc="([^"]+)"|<link\b[^>]*\shref="([^"]+)"')
PICTURE = "agenda-1280.png"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly, with one picture that a test made."""
    folder, pictures = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("pictures")
    (pictures / PICTURE).write_bytes(b"made by a test")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder))
    config.extra["pictures"] = str(pictures)
    assert config.strict
    build(config)
    return folder


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 60
    fetched = {"".join(each) for page in pages for each in FETCHED.findall(page.read_text(encoding="utf-8"))}
    assert fetched
    assert [each for each in fetched if "//" in each] == []
    styles = "".join(sheet.read_text(encoding="utf-8") for sheet in site.rglob("*.css"))
    assert re.findall(r"url\([\"']?(?:https?:)?//", styles) == []


def test_a_page_says_in_which_language_it_is(site: Path) -> None:
    for page, language in (("receptionist/book", "nl"), ("patient/patient.fr", "fr"), ("developer/index", "en")):
        assert f'<article lang="{language}"' in (site / "guides" / f"{page}.html").read_text(encoding="utf-8")


def test_pictures_are_those_of_the_tests_and_else_those_that_were_kept(site: Path) -> None:
    assert (site / "screenshots" / PICTURE).read_bytes() == b"made by a test"
    kept = "book-1280.png"
    assert (site / "screenshots" / kept).read_bytes() == (ROOT / "docs" / "screenshots" / kept).read_bytes()
    assert not (site / "screenshots" / "admin-1280.png").exists()


def test_broken_links_fail(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = ["nowhere.md", "index.md#nowhere", "../nowhere.py"]
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Start\n\n" + "\n\n".join(f"[here]({each})" for each in broken), encoding="utf-8")
    config = load_config(
        str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path / "site"), docs_dir=str(docs), nav=None, extra_css=[]
    )
    with pytest.raises(Abort):
        build(config)
    told = [row.getMessage() for row in caplog.records if row.levelname == "WARNING"]
    assert all(any(each.removeprefix("../") in line for line in told) for each in broken)
