"""The kernels in which reports run: forks of a warm process where there is one, else processes of their own."""

import json
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from kpitools.publish.warm import QUIET, SOCKET, end_with_parent

START_SECONDS = 120
_LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]
_ENDED = -signal.SIGTERM


class ReportKernel(AsyncKernelManager):
    """An IPython kernel of the very Python that runs kpitools.

    The kernelspec `python3` that Jupyter finds may be another Python's (one in the user's folder comes first
    outside a virtual environment), or be absent; this one needs none.
    """

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - what Jupyter hands over
        """Choose how the kernel is started."""
        super().__init__(**given)
        self.provisioner = _Provisioner(kernel_id="report", kernel_spec=self.kernel_spec, parent=self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """Start quietly."""
        return KernelSpec(
            argv=[*_LAUNCHER, "-f", "{connection_file}", "--log-level=40"],
            display_name="Python 3",
            language="python",
            env=QUIET,
        )


class _Provisioner(LocalProvisioner):
    """Ask the warm process for a kernel; start an ordinary one where there is none, or it does not answer."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        env = dict(kwargs["env"])
        path = env.pop(SOCKET, "")
        request = {"arguments": cmd[len(_LAUNCHER) :], "env": env, "cwd": str(kwargs.get("cwd") or Path.cwd())}
        try:
            forked = _Fork(path, request)
        except (OSError, ValueError):
            own = {"preexec_fn": end_with_parent} if sys.platform == "linux" else {}
            return await super().launch_kernel(cmd, **{**kwargs, **own, "env": env})
        self.process, self.pid, self.pgid = forked, forked.pid, forked.pid  # type: ignore[assignment] # acts as one
        return self.connection_info


class _Fork:
    """A fork of the warm process, with what Jupyter asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, path: str, request: dict[str, Any]) -> None:
        self.returncode: int | None = None
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.settimeout(START_SECONDS)
        try:
            self.connection.connect(path)
            self.connection.sendall(json.dumps(request).encode() + b"\n")
            self.pid = int(self.connection.recv(32))
        except (OSError, ValueError):
            self.connection.close()
            raise
        self.connection.setblocking(False)  # noqa: FBT003

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                self.returncode = self._told()
                self.connection.close()
        return self.returncode

    def _told(self) -> int:
        try:
            return int(self.connection.recv(32) or _ENDED)
        except ConnectionError:  # the warm process is gone, and the kernel with it
            return _ENDED

    def wait(self) -> int | None:
        """Return how it ended; Jupyter asks when it has."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to it and to what it has started."""
        os.killpg(self.pid, number)
