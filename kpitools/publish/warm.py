"""A warm process: what every report imports is imported once, and each kernel is a fork of it.

`python -m kpitools.publish.warm LISTENER` takes requests at a Unix socket that it inherits by number. One connection is
one kernel: a line of JSON (folder, environment, arguments) is answered by the kernel's process id, and its exit code
follows when it ends. Who asked and is gone takes the kernel along, and so does the end of standard input, which the run
that all this is for holds open. The process has one thread of Python, so that a fork is sound.
"""

import ctypes
import importlib
import json
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kpitools.publish.preloaded import preload

SOCKET = "KPITOOLS_WARM"
"""The environment variable by which those who start kernels find the socket."""
QUIET = {"MPLBACKEND": "agg", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
"""Charts are drawn without a screen, and nothing is said on starting."""
_PRELOADED = (
    "ipykernel.kernelapp", "pandas", "seaborn", "scipy.stats", "duckdb", "kpitools.findings", "kpitools.present.pages",
)  # fmt: skip
_TICK = 0.05
_PR_SET_PDEATHSIG = 1


@contextmanager
def warmed(folder: Path) -> Iterator[dict[str, str]]:
    """Run a warm process; give the environment in which kernels are its forks, and ordinary ones where it cannot be.

    Its socket lies in `folder`. It is only tried on Linux: elsewhere a fork of what has started frameworks is unsafe.
    """
    process, path = None, folder / "warm"
    if sys.platform == "linux":
        with suppress(OSError), socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen(64)
            process = subprocess.Popen(  # noqa: S603 - this very module
                [sys.executable, "-m", "kpitools.publish.warm", str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **QUIET},
                pass_fds=[listener.fileno()],
                start_new_session=True,  # Ctrl+C is for the run, which then ends this
            )
    try:
        yield {SOCKET: str(path)} if process else {}
    finally:
        if process:
            process.kill()  # and the system ends its kernels with it
            process.communicate()


def main(listener: int) -> None:
    """Import, then fork a kernel for each request until standard input ends."""
    sys.path[:] = [place for place in sys.path if place not in {"", str(Path.cwd())}]  # a kernel has its own folder
    preload(_PRELOADED)
    with socket.socket(fileno=listener) as requests:
        request = _Warm(requests).serve()
    if request is not None:
        _be_kernel(request)


class _Warm:
    """The kernels by process id, each with the connection of who asked for it."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.kernels: dict[int, socket.socket] = {}
        self.watched = selectors.DefaultSelector()

    def serve(self) -> dict[str, Any] | None:
        """Return None when the run is over; return the request in the fork that is to become its kernel."""
        for source in (self.listener, 0):
            self.watched.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in self.watched.select(_TICK):
                if key.fd == 0:
                    self._end()
                    return None
                if key.fileobj is not self.listener:
                    self._abandoned(key.fd)
                elif (request := self._fork()) is not None:
                    return request
            self._tell_ended()

    def _fork(self) -> dict[str, Any] | None:
        """Start a kernel; in the fork, return what it is to be."""
        connection, _ = self.listener.accept()
        with connection.makefile("r", encoding="utf-8") as lines:
            asked = lines.readline()
        if not asked:
            connection.close()
            return None
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.kernels[pid] = connection
            self.watched.register(connection, selectors.EVENT_READ)
            return None
        os.setsid()  # a group of its own, which is ended as a whole
        connection.sendall(f"{os.getpid()}\n".encode())
        self.watched.close()
        for each in (connection, *self.kernels.values()):
            each.close()
        request: dict[str, Any] = json.loads(asked)
        request["env"]["JPY_PARENT_PID"] = str(parent)
        return request

    def _abandoned(self, descriptor: int) -> None:
        """End the kernel of a connection at which nobody is any more."""
        self.watched.unregister(descriptor)
        for pid, connection in self.kernels.items():
            if connection.fileno() == descriptor:
                _kill(pid)

    def _tell_ended(self) -> None:
        """Tell those who asked how their kernels ended."""
        while self.kernels and (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _kill(ended[0])  # what it started and left behind
            with self.kernels.pop(ended[0]) as connection:
                with suppress(KeyError):
                    self.watched.unregister(connection)
                with suppress(OSError):
                    connection.sendall(f"{os.waitstatus_to_exitcode(ended[1])}\n".encode())

    def _end(self) -> None:
        for pid in self.kernels:
            _kill(pid)


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def end_with_parent() -> None:
    """Have the system end this process, whatever it is at, as soon as the one that started it is gone."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _be_kernel(request: dict[str, Any]) -> None:
    """Become the kernel that was asked for, with nothing of this process but what it has imported."""
    from ipykernel.kernelapp import launch_new_instance  # noqa: PLC0415

    end_with_parent()
    with suppress(OSError):  # and before all others where memory runs out
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    random.seed()
    importlib.import_module("numpy").random.seed()
    sys.argv = ["ipykernel_launcher", *request["arguments"]]
    launch_new_instance(argv=request["arguments"])


if __name__ == "__main__":
    main(int(sys.argv[1]))
