"""The table of a run, and which goals are broken."""

from collections.abc import Mapping, Sequence

from benchmarks.measures import Measured

CALM_RATIO = 3.0
_HEAD = (
    f"{'':34}{'req/s':>7}{'p50':>8}{'p95':>8}{'solo':>8}{'CPU':>7}{'of db':>6}{'queries':>9}{'kB':>7}"
    f"{'solo ×':>12}{'CPU ×':>12}{'raw ×':>7}{'growth':>8}"
)


def broken(each: Measured, *, is_timed: bool) -> list[str]:
    """Return the goals that a page breaks, in words; those of time only when it was measured in several rounds."""
    page, found = each.page, []
    if each.bad:
        found.append(f"wrong answers {each.bad}")
    if each.queries > page.queries:
        found.append(f"{each.queries} queries, goal {page.queries}")
    if each.size > page.kilobytes * 1000:
        found.append(f"{each.size / 1000:.0f} kB, goal {page.kilobytes}")
    return found + (_too_slow(each) if is_timed else [])


def _too_slow(each: Measured) -> list[str]:
    page, found = each.page, []
    if page.ratio is not None and each.cpu_ratio > page.ratio:
        found.append(f"{each.cpu_ratio:.2f} x the CPU of the minimal view, goal {page.ratio}")
    if page.ratio is not None and each.solo_ratio > page.ratio:
        found.append(f"{each.solo_ratio:.2f} x the median of the minimal view, goal {page.ratio}")
    if page.growth is not None and each.growth is not None and each.growth > page.growth:
        found.append(f"{each.growth:.2f} x on the large practice, goal {page.growth}")
    if each.p50 and each.p95 > CALM_RATIO * each.p50:
        found.append(f"p95 {each.p95 / each.p50:.1f} x p50 at 80 % of saturation, goal {CALM_RATIO:.0f}")
    return found


def table(found: Sequence[Measured], raw: Mapping[str, float]) -> str:
    """Return the table: milliseconds, unless it says otherwise."""
    written = [
        f"{each.page.name}: {each.rows_ratio:.2f} x the CPU of plain ORM that writes as many rows"
        for each in found
        if each.rows_ratio is not None
    ]
    return "\n".join([_HEAD, *(_row(each, raw) for each in found), *written])


def _row(each: Measured, raw: Mapping[str, float]) -> str:
    page, solo, cpu = each.page, sorted(each.solo)[len(each.solo) // 2], sorted(each.cpu)[len(each.cpu) // 2]
    database = sorted(each.database_share)[len(each.database_share) // 2]
    goal = f"/{page.ratio}" if page.ratio else ""
    floor = f"{solo / raw[page.unit]:7.0f}" if page.unit in raw else f"{'':7}"
    growth = f"{each.growth:8.2f}" if each.growth is not None else ""
    return (
        f"{page.name:34}{each.rate:7.0f}{each.p50:8.1f}{each.p95:8.1f}{solo:8.1f}{cpu:7.1f}{database:6.1f}"
        f"{each.queries:>6}/{page.queries:<2}{each.size / 1000:7.1f}{f'{each.solo_ratio:.2f}{goal}':>12}"
        f"{f'{each.cpu_ratio:.2f}{goal}':>12}{floor}{growth}"
    )
