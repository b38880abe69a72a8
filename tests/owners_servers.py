"""What takes the messages to the owner: a mail server and a webhook, on free ports, each as bad as a test wants it."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer


class MailHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.say("354 go on")
                self.take()
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say(self.server.refusal if verb == b"RCPT" and self.server.refusal else "250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.server.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.say("250 taken")


class MailServer(socketserver.ThreadingTCPServer):
    """`refusal`: its answer to each recipient."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, refusal: str = ""):
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.refusal = refusal
        self.messages: list[EmailMessage] = []


class HookHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *arguments) -> None:
        pass


class Hook(HTTPServer):
    def __init__(self, status: int = 200):
        super().__init__(("127.0.0.1", 0), HookHandler)
        self.status = status
        self.calls: list[tuple[str, str, dict]] = []


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
