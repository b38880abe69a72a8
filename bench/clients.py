"""Clients that keep a web server busy: wrk where the system has it, and one of our own that can also write."""

import re
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CLIENTS = 8
TIMEOUT = 60
# Of one reading.
TURNS = 5
# Requests of one reader, before another comes with a connection of their own.
STAY = 100


@dataclass
class Load:
    """What came of driving a server for a while. Times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int = 0
    # Of our own client: how often each kind of request was taken.
    taken: dict[str, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def get(path: str, **headers: str) -> bytes:
    return request("GET", path, b"", **headers)


def request(method: str, path: str, body: bytes, **headers: str) -> bytes:
    """`headers` with _ for -."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


# wrk


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


def wrk(port: int, path: str, seconds: float, **headers: str) -> Load:
    """GETs of one address on connections that stay open."""
    # It counts whole seconds only, and says what it has seen when it is interrupted.
    longest = int(seconds) + TIMEOUT
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{longest}s", "--latency", f"--timeout={TIMEOUT}s"]
    for name, value in headers.items():
        command += ["-H", f"{name.replace('_', '-')}: {value}"]
    with subprocess.Popen([*command, f"http://127.0.0.1:{port}{path}"], stdout=subprocess.PIPE, text=True) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
    assert not process.returncode, said
    requests, taken = re.search(r"(\d+) requests in ([\d.]+\w+)", said).groups()
    p50, p99 = (re.search(rf"{share}%\s+([\d.]+\w+)", said)[1] for share in (50, 99))
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    errors = int(refused[1]) if refused else 0
    errors += sum(map(int, broken.groups())) if broken else 0
    return Load(int(requests), milliseconds(taken) / 1e3, milliseconds(p50), milliseconds(p99), errors)


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()
    return float(number) * UNITS[unit]


# Our own


@dataclass
class Answer:
    kind: str
    status: int
    body: bytes


# Of a client by its number: the kind of its next request and its bytes, None when it has done enough.
Next = Callable[[int], tuple[str, bytes] | None]


class Connection:
    """One client, which sends a request when the last one was answered."""

    def __init__(self, number: int, port: int):
        self.number, self.port = number, port
        self.open()

    def open(self) -> None:
        self.answers = 0
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, kind: str, data: bytes) -> None:
        self.kind, self.received, self.length = kind, bytearray(), -1
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> Answer | None:
        """The answer when it is complete. Raises ConnectionError."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("closed in the middle of an answer")
        self.received += part
        if self.length < 0:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.head = bytes(self.received[: end + 2]).lower()
            told = re.search(rb"\r\ncontent-length: *(\d+)", self.head)
            if told is None and b"\r\ntransfer-encoding: chunked" in self.head:
                if not self.received.endswith(b"0\r\n\r\n"):
                    return None
                told = None
                self.length = len(self.received)
            else:
                has_body = self.status not in {204, 304}
                self.length = end + 4 + (int(told[1]) if told and has_body else 0)
            self.begin = end + 4
        if len(self.received) < self.length:
            return None
        self.answers += 1
        return Answer(self.kind, self.status, bytes(self.received[self.begin :]))

    @property
    def status(self) -> int:
        return int(self.received[9:12])

    def is_last(self) -> bool:
        return self.answers == STAY or b"\r\nconnection: close" in self.head


def drive(port: int, following: Next, is_good: Callable[[Answer], bool], clients: int = CLIENTS) -> Load:
    """Until `following` gives nothing more. What is not good counts as an error.

    Connections are opened anew now and then: how many of them come to which process is a matter of luck.
    """
    latencies: list[float] = []
    taken: dict[str, int] = {}
    errors = 0
    with selectors.DefaultSelector() as selector:

        def go_on(connection: Connection) -> None:
            if asked := following(connection.number):
                connection.send(*asked)
                return
            selector.unregister(connection.socket)
            connection.socket.close()

        def reopen(connection: Connection) -> None:
            selector.unregister(connection.socket)
            connection.socket.close()
            connection.open()
            selector.register(connection.socket, selectors.EVENT_READ, connection)

        begin = time.perf_counter()
        for number in range(clients):
            connection = Connection(number, port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            go_on(connection)
        while selector.get_map():
            for key, _events in selector.select(TIMEOUT):
                connection = key.data
                try:
                    answer = connection.receive()
                except OSError:
                    errors += 1
                    reopen(connection)
                    go_on(connection)
                    continue
                if answer is None:
                    continue
                latencies.append((time.perf_counter() - connection.sent_at) * 1e3)
                if is_good(answer):
                    taken[answer.kind] = taken.get(answer.kind, 0) + 1
                else:
                    errors += 1
                if connection.is_last():
                    reopen(connection)
                go_on(connection)
        seconds = time.perf_counter() - begin
    latencies.sort()
    p50, p99 = (latencies[int(len(latencies) * share)] if latencies else 0.0 for share in (0.5, 0.99))
    return Load(len(latencies), seconds, p50, p99, errors, taken)


def for_seconds(seconds: float, make: Next, least: int = 0) -> Next:
    """And at least so many times."""
    end, left = time.perf_counter() + seconds, iter(range(least))
    return lambda client: make(client) if next(left, None) is not None or time.perf_counter() < end else None


def for_times(times: int, make: Next) -> Next:
    left = iter(range(times))
    return lambda client: None if next(left, None) is None else make(client)


def hammer(port: int, path: str, seconds: float, **headers: str) -> Load:
    """What `wrk` does, for systems without it: slower, so rates are those of this client where the server is fast."""
    data = get(path, **headers)
    return drive(port, for_seconds(seconds, lambda client: ("read", data)), lambda answer: answer.status < 400)


def read(port: int, path: str, seconds: float, **headers: str) -> Load:
    """In short turns, each with new connections, as in `drive`; p50 and p99 are the medians of theirs."""
    tool = wrk if has_wrk() else hammer
    turns = [tool(port, path, seconds / TURNS, **headers) for _ in range(TURNS)]
    requests, taken, errors = (sum(getattr(turn, name) for turn in turns) for name in ("requests", "seconds", "errors"))
    p50, p99 = (statistics.median(getattr(turn, name) for turn in turns) for name in ("p50", "p99"))
    return Load(requests, taken, p50, p99, errors)
