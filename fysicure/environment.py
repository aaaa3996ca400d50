"""What the environment says, and the refusal to start on a public host with anything weak.

A secret may stand in a file: NAME_FILE names it (Docker secrets, systemd credentials), so that it appears in no list of
processes. On a public host every fault is named at once and nothing starts (OWASP ASVS 13.3.1, 13.4.2).
"""

import ipaddress
import os
import re
import stat
import zlib
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
LOCAL_KEY = "local-only-key-refused-on-any-public-host-0123456789abcdef"
# A container or systemd mounts secrets here, readable inside their own namespace only.
MOUNTED_SECRETS = ("/run/secrets/", "/run/credentials/")
SECRETS = (
    *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_REPLICA_URL"),
    *("MAIL_PASSWORD", "METRICS_TOKEN", "TWILIO_TOKEN", "VAPID_PRIVATE_KEY"),
)
KEY_FILES = (*(f"{name}_FILE" for name in SECRETS), "BACKUP_KEY_FILE")
SHORTEST_KEY, SHORTEST_TOKEN, SHORTEST_PASSWORD = 50, 32, 16
_PLACEHOLDER = re.compile(r"change.?me|example|insecure|local-only|placeholder|your[-_ ]|secret.?key|p.?ssw.?rd", re.I)

Environment = Mapping[str, str]


def flag(environ: Environment, name: str) -> bool:
    """Whether a variable is switched on (1, true or yes)."""
    return environ.get(name, "").lower() in {"1", "true", "yes"}


def words(environ: Environment, name: str, default: str = "") -> list[str]:
    """Return the parts of a variable that holds a list with commas."""
    return [part.strip() for part in environ.get(name, default).split(",") if part.strip()]


def secret(environ: Environment, name: str, default: str = "") -> str:
    """Return a secret: the variable NAME, or what stands in the file that NAME_FILE names.

    Raises ImproperlyConfigured when both are given or the file cannot be read.
    """
    path = environ.get(f"{name}_FILE", "")
    if not path:
        return environ.get(name, default)
    if environ.get(name):
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"The file of {name}_FILE cannot be read.") from error


def take_addresses(environ: MutableMapping[str, str]) -> None:
    """Let the addresses of the database that stand in files count as if they stood in the environment."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_REPLICA_URL"):
        if environ.get(f"{name}_FILE"):
            value = secret(environ, name)
            environ.pop(f"{name}_FILE")
            environ[name] = value


def is_local(hosts: list[str]) -> bool:
    """Whether this installation answers on its own machine only."""
    return set(hosts) <= LOCAL_HOSTS


def networks(
    environ: Environment, name: str = "TRUSTED_PROXIES"
) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Return the addresses and networks of a list. Raises ImproperlyConfigured when one is none."""
    try:
        return [ipaddress.ip_network(part) for part in words(environ, name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} holds something that is no address or network.") from error


def is_weak(text: str, shortest: int) -> bool:
    """Whether a secret is short, a placeholder, of few different characters, or repeats itself."""
    if len(text) < shortest or _PLACEHOLDER.search(text) or len(set(text)) < min(12, shortest // 2):
        return True
    return len(zlib.compress(text.encode(), 9)) < min(shortest, len(text)) * 0.75


@dataclass(frozen=True)
class Rule:
    """Something that must not be so on a public host; `sentence` names the variable to mend, and never its value."""

    is_broken: Callable[[Environment], bool]
    sentence: str


def _database_password_is_weak(environ: Environment, name: str = "DATABASE_URL") -> bool:
    """Over a socket PostgreSQL knows the user by itself; over a network the password must be a good one."""
    url = secret(environ, name)
    parts = urlsplit(url)
    host = dict(parse_qsl(parts.query)).get("host") or unquote(parts.hostname or "")
    if not url or host.startswith("/"):
        return False
    password = unquote(parts.password or "")
    return is_weak(password, SHORTEST_PASSWORD) or password == unquote(parts.username or "")


def is_open(path: str) -> bool:
    """Whether a file that holds a secret can be read or changed by others, or is not there; no file is not open."""
    if not path or path.startswith(MOUNTED_SECRETS):
        return False
    try:
        return bool(Path(path).stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP))
    except OSError:
        return True


def _any_host(environ: Environment) -> bool:
    return any("*" in host or host.startswith(".") for host in words(environ, "ALLOWED_HOSTS"))


def _proxies_unclear(environ: Environment) -> bool:
    found = networks(environ)
    return not found or any(network.prefixlen == 0 for network in found)


def _not_https(environ: Environment) -> bool:
    origins = words(environ, "CSRF_TRUSTED_ORIGINS")
    return not all(origin.startswith("https://") and "*" not in origin for origin in origins)


def _public_url_is_wrong(environ: Environment) -> bool:
    parts = urlsplit(environ.get("PUBLIC_URL", ""))
    return parts.scheme != "https" or parts.hostname not in words(environ, "ALLOWED_HOSTS")


def _mail_in_the_clear(environ: Environment) -> bool:
    host, security = environ.get("MAIL_HOST", ""), environ.get("MAIL_SECURITY", "starttls")
    return bool(host) and host not in LOCAL_HOSTS and security not in {"starttls", "tls"}


def _fallbacks_are_weak(environ: Environment) -> bool:
    return any(is_weak(key, SHORTEST_KEY) for key in secret(environ, "SECRET_KEY_FALLBACKS").split())


RULES = (
    Rule(lambda e: flag(e, "FYSICURE_DEMO"), "Demo mode has accounts with a known password: unset FYSICURE_DEMO."),
    Rule(lambda e: flag(e, "DEBUG"), "DEBUG shows code and data to everybody: unset it."),
    Rule(lambda e: is_weak(secret(e, "SECRET_KEY"), SHORTEST_KEY), "Set SECRET_KEY to at least 50 random characters."),
    Rule(_fallbacks_are_weak, "Each key of SECRET_KEY_FALLBACKS must be at least 50 random characters."),
    Rule(_any_host, "ALLOWED_HOSTS must name each host in full."),
    Rule(_public_url_is_wrong, "Set PUBLIC_URL to the https address of the practice, on one of ALLOWED_HOSTS."),
    Rule(_not_https, "CSRF_TRUSTED_ORIGINS must be https addresses, each in full."),
    Rule(_proxies_unclear, "Set TRUSTED_PROXIES to the addresses of the reverse proxy, such as 127.0.0.1,::1."),
    Rule(lambda e: not secret(e, "DATABASE_URL"), "Set DATABASE_URL: the embedded server is for trying out."),
    Rule(_database_password_is_weak, "The password in DATABASE_URL must be at least 16 random characters."),
    Rule(
        lambda e: _database_password_is_weak(e, "DATABASE_OWNER_URL"),
        "The password in DATABASE_OWNER_URL must be at least 16 random characters.",
    ),
    Rule(
        lambda e: _database_password_is_weak(e, "DATABASE_REPLICA_URL"),
        "The password in DATABASE_REPLICA_URL must be at least 16 random characters.",
    ),
    Rule(lambda e: not e.get("MAIL_HOST") and not e.get("MAIL_BACKEND"), "Set MAIL_HOST: sign-in codes leave by mail."),
    Rule(_mail_in_the_clear, "MAIL_SECURITY must be starttls or tls."),
    Rule(
        lambda e: "@" not in e.get("MAIL_FROM", "") or e["MAIL_FROM"].endswith(".example"),
        "Set MAIL_FROM to an address of the practice.",
    ),
    Rule(
        lambda e: bool(secret(e, "METRICS_TOKEN")) and is_weak(secret(e, "METRICS_TOKEN"), SHORTEST_TOKEN),
        "METRICS_TOKEN must be at least 32 random characters.",
    ),
    Rule(
        lambda e: any(is_open(e.get(name, "")) for name in KEY_FILES),
        "A file that holds a secret can be read by others: chmod 600 it.",
    ),
)


def faults(environ: Environment) -> list[str]:
    """Return what must be mended before this environment may serve a public host; nothing for a local one."""
    if is_local(words(environ, "ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")):
        return []
    return [rule.sentence for rule in RULES if rule.is_broken(environ)]


def refuse_weak(environ: Environment = os.environ) -> None:
    """Raise ImproperlyConfigured with every fault, never with a value."""
    found = faults(environ)
    if found:
        raise ImproperlyConfigured("Fysicure does not start on a public host like this:\n" + "\n".join(found))
