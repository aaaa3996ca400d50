"""Nothing weak serves a public host: each fault is named, and `check --deploy` of a good environment is silent."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from fysicure import environment
from fysicure.backup.keys import make_key
from tests.operations.nodes import ROOT, production

GOOD_PASSWORD = "vT9-qL2_xW7mRb4ZkP0s"
WEAK = {
    "SECRET_KEY": [
        "",
        "short",
        "a" * 60,
        "abcdefghijkl" * 5,
        "django-insecure-" + GOOD_PASSWORD * 3,
        environment.LOCAL_KEY,
    ],
    "SECRET_KEY_FALLBACKS": ["old", f"{GOOD_PASSWORD * 3} old"],
    "DEBUG": ["1", "true"],
    "FYSICURE_DEMO": ["1"],
    "ALLOWED_HOSTS": ["*", ".fysicure.example", "fysicure.example,*"],
    "PUBLIC_URL": ["", "http://fysicure.example", "https://elsewhere.example"],
    "CSRF_TRUSTED_ORIGINS": ["http://fysicure.example", "https://*.example"],
    "TRUSTED_PROXIES": ["", "0.0.0.0/0", "::/0"],
    "DATABASE_URL": [
        "",
        "postgresql://fysicure@db/fysicure",
        "postgresql://fysicure:fysicure@db/fysicure",
        "postgresql://fysicure:password12345678@db/fysicure",
    ],
    "DATABASE_OWNER_URL": ["postgresql://owner:owner@db/fysicure"],
    "MAIL_HOST": [""],
    "MAIL_FROM": ["", "praktijk@fysicure.example"],
    "METRICS_TOKEN": ["short", "x" * 40],
}
CASES = [(name, value) for name, values in WEAK.items() for value in values]


@pytest.fixture
def good(db: None) -> dict[str, str]:
    return production()


def test_a_good_environment_has_no_fault(good: dict[str, str]) -> None:
    assert environment.faults(good) == []
    networked = {**good, "DATABASE_URL": f"postgresql://fysicure:{GOOD_PASSWORD}@db/fysicure"}
    assert environment.faults(networked) == []
    assert environment.faults({"ALLOWED_HOSTS": "localhost", "DEBUG": "1"}) == []


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_weak_value_is_refused_without_being_told(name: str, value: str, good: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.refuse_weak({**good, name: value})
    assert len(str(refusal.value).splitlines()) >= 2
    assert len(value) < 8 or value not in str(refusal.value)


def test_mail_in_the_clear_is_refused_but_on_the_same_machine(good: dict[str, str]) -> None:
    clear = {**good, "MAIL_SECURITY": "none"}
    assert environment.faults(clear) == []
    assert environment.faults({**clear, "MAIL_HOST": "mail.example"}) == ["MAIL_SECURITY must be starttls or tls."]


def test_a_secret_may_stand_in_a_file_that_only_its_owner_reads(good: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{good['SECRET_KEY']}\n")
    file.chmod(0o600)
    filed = {**good, "SECRET_KEY": "", "SECRET_KEY_FILE": str(file)}
    assert environment.secret(filed, "SECRET_KEY") == good["SECRET_KEY"]
    assert environment.faults(filed) == []
    file.chmod(0o644)
    assert environment.faults(filed) == ["A file that holds a secret can be read by others: chmod 600 it."]
    with pytest.raises(ImproperlyConfigured, match="not both"):
        environment.secret({**filed, "SECRET_KEY": "x"}, "SECRET_KEY")
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        environment.secret({"SECRET_KEY_FILE": str(tmp_path / "none")}, "SECRET_KEY")


def manage(environ: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, whose settings are read anew."""
    program = [sys.executable, "-W", "error::RuntimeWarning", "manage.py", *command]
    return subprocess.run(program, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120)


def test_check_deploy_is_clean(good: dict[str, str], tmp_path: Path) -> None:
    make_key(tmp_path / "key", now=timezone.now())
    kept = {"BACKUP_DIR": str(tmp_path), "BACKUP_KEY_FILE": str(tmp_path / "key")}
    done = manage({**good, **kept}, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_a_process_does_not_start_with_weak_values_and_names_them_all(good: dict[str, str]) -> None:
    weak = {**good, "SECRET_KEY": "short", "DEBUG": "1", "TRUSTED_PROXIES": ""}
    done = manage(weak, "check")
    assert done.returncode != 0
    for name in ("SECRET_KEY", "DEBUG", "TRUSTED_PROXIES"):
        assert name in done.stderr
    assert "short" not in done.stderr.replace("shorter", "")


def test_the_address_of_the_database_may_stand_in_a_file(good: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(good.pop("DATABASE_URL"))
    file.chmod(0o600)
    done = manage({**good, "DATABASE_URL_FILE": str(file)}, "migrate", "--check", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
