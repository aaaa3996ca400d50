"""The files for production hold what docs/production.md promises; what can be run here is run in test_nodes.py."""

import json
import re
import runpy
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from procrastinate.contrib.django import app

from fysicure.database_roles import APP
from fysicure.practices import KEYS

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
LINT = runpy.run_path(str(ROOT / "scripts" / "lint_migrations.py"))
AUDIT = runpy.run_path(str(ROOT / "scripts" / "audit.py"))


def test_there_is_a_unit_for_each_part() -> None:
    names = {path.name for path in UNITS}
    assert names == {
        "fysicure-web@.service",
        "fysicure-worker@.service",
        "fysicure-practice-web@.service",
        "fysicure-practice-worker@.service",
        "fysicure-backup.service",
        "fysicure-backup.timer",
    }


@pytest.mark.parametrize("unit", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_a_unit_is_valid_and_locked_up(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text()
    for line in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=",
        "UMask=0077",
    ):
        assert line in text.splitlines(), line
    assert not re.search(r"Environment=.*(?:SECRET_KEY|DATABASE_URL|TOKEN|PASSWORD)=", text), "a secret is a credential"
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not on this machine: the unit was read, not verified")
    copy = tmp_path / unit.name.replace("@.", "@1.")
    copy.write_text(text.replace("/opt/fysicure/.venv/bin/python", "/bin/true").replace("/opt/fysicure", "/"))
    done = subprocess.run(
        ["/usr/bin/systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(copy)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert unit.stem.split("@")[0] not in done.stderr, done.stderr


def test_the_stop_of_a_unit_leaves_time_for_what_is_done() -> None:
    web = (DEPLOY / "systemd" / "fysicure-web@.service").read_text()
    drain, stop, most = (
        int(re.search(rf"{name}=(\d+)", web)[1]) for name in ("DRAIN_SECONDS", "STOP_SECONDS", "TimeoutStopSec")
    )  # type: ignore[index]
    assert drain + stop + 5 < most
    worker = (DEPLOY / "systemd" / "fysicure-worker@.service").read_text()
    assert int(re.search(r"graceful-timeout (\d+)", worker)[1]) < int(re.search(r"TimeoutStopSec=(\d+)", worker)[1])  # type: ignore[index]


def test_the_container_runs_as_nobody_special_and_checks_itself() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    last = text[text.rindex("FROM ") :]
    assert re.search(r"^USER 10001$", last, re.M)
    assert "--require-hashes" in text
    assert "/healthz" in last
    assert "HEALTHCHECK" in last
    assert not re.search(r"(?:SECRET_KEY|PASSWORD|TOKEN)=\S", text)
    assert {".git", "var", ".venv"} <= set((ROOT / ".containerignore").read_text().split())


def test_compose_has_two_nodes_two_workers_and_no_secret() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    services = yaml.safe_load(text)["services"]
    assert {"web1", "web2", "worker1", "worker2", "database", "proxy", "migrate"} <= set(services)
    for name in ("web1", "web2", "worker1", "worker2"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert "ports" not in services[name]
        secret = [key for key in services[name]["environment"] if re.search("SECRET|TOKEN|PASSWORD|DATABASE", key)]
        assert secret
        assert all(key.endswith("_FILE") for key in secret)
    assert services["proxy"]["networks"]["inside"]["ipv4_address"] == services["web1"]["environment"]["TRUSTED_PROXIES"]


def test_mail_leaves_the_containers_and_the_proxy_meets_them_inside_only() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services, inside = compose["services"], {name for name, net in compose["networks"].items() if net.get("internal")}
    for name in ("web1", "worker1"):
        assert set(services[name]["networks"]) - inside
        assert set(services[name]["networks"]) & set(services["proxy"]["networks"]) == inside
    assert set(services["database"]["networks"]) == inside


def test_the_database_of_the_containers_asks_for_no_file_that_is_not_there() -> None:
    command = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["database"]["command"]
    assert {"ssl=off", "archive_mode=off"} <= set(command)


def test_the_web_looks_where_the_backup_is_made() -> None:
    made = re.search(r"backup --rotate (\S+)", (DEPLOY / "systemd" / "fysicure-backup.service").read_text())
    assert made is not None
    assert f"\nEnvironment=BACKUP_DIR={made[1]}\n" in (DEPLOY / "systemd" / "fysicure-web@.service").read_text()


def test_postgresql_lets_the_roles_in_that_there_are() -> None:
    users = {line.split()[2] for line in (DEPLOY / "pg_hba.conf").read_text().splitlines() if line and line[0] != "#"}
    copy = re.search(r"primary_conninfo = .*\buser=(\w+)", (DEPLOY / "postgresql-replica.conf").read_text())
    assert copy is not None
    ours = {role for each in users for role in each.split(",")} - {"all", "postgres"}
    assert ours == {APP, "fysicure_owner", copy[1]}


@pytest.mark.parametrize("names", [["Caddyfile"], ["nginx.conf", "nginx-node.conf"]], ids="-".join)
def test_a_proxy_limits_hides_and_forgets(names: list[str]) -> None:
    text = "".join((DEPLOY / name).read_text() for name in names)
    for word in ("/calendar/", "/messages/stop/", "/metrics", "X-Request-ID", "X-Forwarded-Host"):
        assert word in text, word
    assert re.search(r"4mb|4m;", text, re.I)
    assert re.search(r"tls1\.2 tls1\.3|TLSv1\.2 TLSv1\.3;", text)
    assert "TLSv1.1" not in text
    assert "$request " not in text
    assert "$uri" not in text


def test_postgresql_tells_no_values() -> None:
    text = (DEPLOY / "postgresql.conf").read_text()
    for line in ("log_parameter_max_length = 0", "log_error_verbosity = terse", "password_encryption = scram-sha-256"):
        assert line in text
    rules = [line.split("#")[0].split() for line in (DEPLOY / "pg_hba.conf").read_text().splitlines()]
    rules = [rule for rule in rules if rule]
    assert rules[-1][-1] == "reject"
    assert not [rule for rule in rules if {"trust", "md5", "password"} & set(rule)]


def test_a_backup_is_made_an_hour_before_the_first_jobs_of_the_night() -> None:
    timer = (DEPLOY / "systemd" / "fysicure-backup.timer").read_text()
    made = re.search(r"^OnCalendar=\*-\*-\* (\d\d):(\d\d):00 UTC$", timer, re.M)
    assert made is not None
    crons = [row.cron.split()[:2] for row in app.periodic_registry.periodic_tasks.values()]
    nightly = [int(hour) * 60 + int(minute) for minute, hour in crons if minute.isdecimal() and hour.isdecimal()]
    assert int(made[1]) * 60 + int(made[2]) <= min(nightly) - 60


def test_the_pooler_is_one_of_transactions_and_never_resets() -> None:
    pooler = ConfigParser(inline_comment_prefixes=(";",), strict=True)
    pooler.read(DEPLOY / "pgbouncer.ini")
    said = pooler["pgbouncer"]
    assert (said["pool_mode"], said["auth_type"], said["server_reset_query"]) == ("transaction", "scram-sha-256", "")
    assert "options" not in said["ignore_startup_parameters"].split(","), "what is ignored would be lost in silence"
    assert int(said["query_wait_timeout"]) <= 5
    assert set(pooler["databases"]) == {"fysicure"}


def test_a_primary_with_a_replica_loses_nothing_and_fills_no_disk() -> None:
    primary = (DEPLOY / "postgresql-primary.conf").read_text()
    for line in ("synchronous_commit = on", "max_slot_wal_keep_size = ", "synchronous_standby_names = 'ANY 1 ("):
        assert f"\n{line}" in primary, line
    replica = (DEPLOY / "postgresql-replica.conf").read_text()
    delay = re.search(r"^max_standby_streaming_delay = (\d+)s", replica, re.M)
    assert delay is not None
    assert int(delay[1]) < settings.REPLICA_MOST_LAG
    assert "recovery_target_timeline = 'latest'" in replica
    assert not re.search(r"password\s*=", primary + replica)


def test_the_example_of_a_chain_can_be_read_and_holds_no_address() -> None:
    given = tomllib.loads((DEPLOY / "practices.example.toml").read_text())
    assert set(given) == {"mol", "geel"}
    for name, practice in given.items():
        assert set(practice) == {"url_file", "owner_url_file", "backup_dir"} <= KEYS
        assert all(f"/{name}" in value for value in practice.values())


def test_the_units_of_a_chain_use_only_the_secrets_of_their_practice() -> None:
    for kind in ("web", "worker"):
        text = (DEPLOY / "systemd" / f"fysicure-practice-{kind}@.service").read_text()
        assert "/etc/fysicure/secrets" not in text
        assert text.count("/etc/fysicure/practices/%i/") >= 5
        assert "FYSICURE_DATA_DIR=/var/lib/fysicure/%i" in text
    for name in ("fysicure-worker@.service", "fysicure-practice-worker@.service"):
        assert "\nUnsetEnvironment=DATABASE_POOLER\n" in (DEPLOY / "systemd" / name).read_text()


def test_every_requirement_is_pinned_by_its_hash() -> None:
    text = (ROOT / "requirements.txt").read_text()
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"^#.*\n|^    #.*\n", "", text, flags=re.M))
    pins = [block for block in blocks if block.strip()]
    assert len(pins) > 80
    assert [block.splitlines()[0] for block in pins if "==" not in block or "--hash=sha256:" not in block] == []
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []


SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1[0-9A-Z]{20}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[bp]-\w{10}"
    r"|sk_live_\w{10}|eyJ[\w-]{20,}\.eyJ[\w-]{20,}\."
)


def test_no_secret_stands_in_the_repository() -> None:
    git = shutil.which("git")
    assert git is not None
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in {".png", ".mo", ".woff2", ".pdf", ".bin"} or not path.is_file() or path.is_symlink():
            continue
        if SECRETS.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)
    assert found == []


@pytest.mark.parametrize(
    ("sql", "rules"),
    [
        ("CREATE TABLE a (id bigint PRIMARY KEY); CREATE INDEX i ON a (id); ALTER TABLE a ADD CHECK (id > 0);", []),
        ("ALTER TABLE b ADD COLUMN c text;", []),
        ("ALTER TABLE b ADD COLUMN c text DEFAULT '' NOT NULL;", []),
        ("ALTER TABLE b ADD COLUMN c text NOT NULL;", ["adding-required-field"]),
        ("ALTER TABLE b DROP COLUMN c;", ["ban-drop-column"]),
        ("ALTER TABLE b ALTER COLUMN c TYPE bigint;", ["changing-column-type"]),
        ("ALTER TABLE b ADD CONSTRAINT d CHECK (c > 0);", ["constraint-missing-not-valid"]),
        ("CREATE INDEX i ON b (c);", ["require-concurrent-index-creation"]),
        ("ALTER TABLE b RENAME COLUMN c TO d;", ["renaming-column"]),
    ],
)
def test_the_lint_knows_what_holds_a_lock_or_breaks_old_code(sql: str, rules: list[str]) -> None:
    assert LINT["faults"](f"BEGIN;\n{sql}\nCOMMIT;") == rules


def test_a_fault_is_excused_only_with_a_reason() -> None:
    assert LINT["allowed"]("# squawk: ban-drop-column because nothing reads it since 0003\n") == {"ban-drop-column"}
    assert LINT["allowed"]("# squawk: ban-drop-column\n") == set()
    assert {name for name in LINT["baseline"]() if name not in LINT["our_migrations"]()} == set()


@pytest.mark.parametrize(
    ("code", "text", "verdict"),
    [
        (0, "No known vulnerabilities found", 0),
        (1, "Found 2 known vulnerabilities in 1 package", 1),
        (1, "3 high severity vulnerabilities", 1),
        (1, "ERROR: anyio: Dependency not found on PyPI and could not be audited", 3),
        (1, "npm error audit endpoint returned an error", 3),
        (1, "Connection refused", 3),
    ],
)
def test_an_audit_that_nobody_answered_is_not_clean(code: int, text: str, verdict: int) -> None:
    assert AUDIT["verdict"](code, text) == verdict
