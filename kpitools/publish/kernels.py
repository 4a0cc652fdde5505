"""The kernel in which reports run."""

import sys

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager


class ReportKernel(AsyncKernelManager):
    """An ordinary IPython kernel of the very Python that runs kpitools.

    The kernelspec `python3` that Jupyter finds may be another Python's (one in the user's folder comes first
    outside a virtual environment), or be absent; this one needs none.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        """Start quietly, and let charts be drawn without a screen."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=40"],
            display_name="Python 3",
            language="python",
            env={"MPLBACKEND": "agg", "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        )
