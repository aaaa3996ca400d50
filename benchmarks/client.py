"""A browser without a screen: keep-alive HTTP/1.1 over loopback, with little work of its own."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
LIMIT = 1 << 22


@dataclass(frozen=True)
class Asked:
    """One request: method, address, headers and body."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def raw(self, port: int) -> bytes:
        """Return what goes over the line."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.method != "GET":
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    """What came back, and after how long (seconds)."""

    status: int
    head: bytes
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        """Return a header, or nothing."""
        found = re.search(rb"(?i)\r\n" + name.encode() + rb": *([^\r]*)", self.head)
        return found[1].decode() if found else ""


class Connection:
    """One connection that stays open between requests."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect, if there is no connection."""
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=LIMIT)
        return self.reader, self.writer

    async def ask(self, asked: Asked) -> Answer:
        """Send a request and read its answer. Raises ConnectionError or IncompleteReadError when the node hangs up."""
        reader, writer = await self.open()
        began = time.perf_counter()
        writer.write(asked.raw(self.port))
        return await self.read(reader, began)

    async def read(self, reader: asyncio.StreamReader, began: float) -> Answer:
        """Read an answer that was asked for at `began`."""
        head = await reader.readuntil(b"\r\n\r\n")
        low = head.lower()
        if b"transfer-encoding: chunked" in low:
            body = await _chunks(reader)
        else:
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1])) if length else b""
        if b"connection: close" in low:
            self.close()
        return Answer(int(head[9:12]), head, body, time.perf_counter() - began)

    def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while length := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(length))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)


@dataclass
class Timed:
    """The answers of a stretch of time: seconds each took, and what was no good answer."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    bad: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.wall if self.wall else 0.0

    def quantile(self, share: float) -> float:
        """Return how many milliseconds a share (0-1) of the answers took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0

    def note(self, answer: Answer, good: frozenset[int]) -> None:
        """Count an answer."""
        self.seconds.append(answer.seconds)
        if answer.status not in good:
            self.bad[str(answer.status)] = self.bad.get(str(answer.status), 0) + 1


async def hammer(
    port: int, make: Callable[[], Asked], good: frozenset[int], *, seconds: float, at_once: int = 1, most: int = 1 << 60
) -> Timed:
    """Ask again and again, so many at once, each as soon as its answer is there."""
    timed, until, left = Timed(), time.perf_counter() + seconds, [most]

    async def one() -> None:
        connection = Connection(port)
        while left[0] > 0 and time.perf_counter() < until:
            left[0] -= 1
            timed.note(await connection.ask(make()), good)
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _each in range(at_once)))
    timed.wall = time.perf_counter() - began
    return timed


async def steadily(port: int, make: Callable[[], Asked], good: frozenset[int], *, seconds: float, rate: float) -> Timed:
    """Ask at a steady rate (a second), whether answers are quick or not: time counts from when it should have begun."""
    timed, idle = Timed(), [Connection(port) for _each in range(16)]

    async def one(due: float) -> None:
        connection = idle.pop() if idle else Connection(port)
        answer = await connection.ask(make())
        late = time.perf_counter() - due
        timed.note(Answer(answer.status, answer.head, answer.body, late), good)
        idle.append(connection)

    began, tasks = time.perf_counter(), []
    for number in range(int(seconds * rate)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    timed.wall = time.perf_counter() - began
    for connection in idle:
        connection.close()
    return timed


async def together(port: int, all_asked: list[Asked]) -> list[Answer]:
    """Send requests so that the node gets the last byte of each in one sweep; return the answers."""
    connections = [Connection(port) for _each in all_asked]
    gate = asyncio.Event()

    async def one(connection: Connection, asked: Asked) -> Answer:
        reader, writer = await connection.open()
        raw = asked.raw(port)
        writer.write(raw[:-1])
        await writer.drain()
        await gate.wait()
        began = time.perf_counter()
        writer.write(raw[-1:])
        answer = await connection.read(reader, began)
        connection.close()
        return answer

    tasks = [asyncio.create_task(one(*each)) for each in zip(connections, all_asked, strict=True)]
    await asyncio.sleep(0.2)
    gate.set()
    return await asyncio.gather(*tasks)
