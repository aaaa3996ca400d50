"""A mail server of a few lines on 127.0.0.1 that answers, refuses or falls silent where it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Conversation(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            word = line[:4].decode().strip().upper()
            if word == "QUIT":
                self.say("221 bye")
                return
            if word == "DATA":
                self.say("354 go on")
                self.server.letters.append(self.read_letter())
                word = "END"
            reply = self.server.replies.get(word, "250 ok")
            if not reply:
                return  # hangs up without an answer
            self.say(reply)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def read_letter(self) -> bytes:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server(replies: dict[str, str]) -> Iterator[Any]:
    """Serve; `replies` gives the answer to MAIL, RCPT or END (of the data), "" hangs up. `letters` holds what came."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        made: Any = server
        made.replies, made.letters = replies, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
