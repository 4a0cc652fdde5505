"""The nbconvert exporter `kpireport`: an executed notebook becomes one HTML page that management reads.

`jupyter nbconvert --to kpireport out.ipynb` uses it, as does `kpitools report`. The page is one file: no
script, no request, no code, no cell numbers, no times; the same notebook gives the same bytes.
"""

from pathlib import Path
from typing import Any

from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode
from traitlets import Bool, default
from traitlets.config import Config

from kpitools.present.languages import shell
from kpitools.publish.markup import Apart, Markdown, ids_in, inline_svg
from kpitools.publish.page import Page, published_cells, read_page

RENDERED = ["text/html", "image/svg+xml", "text/markdown", "text/plain"]


class KPIReport(TemplateExporter):
    """Turn an executed notebook into one self-contained HTML page.

    It stands on `TemplateExporter`, not on `HTMLExporter`: the latter sends the finished page through an
    HTML parser that lower-cases SVG names (`viewBox`, `clipPath`) and supplies an English placeholder where a
    text alternative is missing.
    """

    export_from_notebook = "KPI report"
    output_mimetype = "text/html"

    show_code = Bool(default_value=False, help="Show each cell's code, folded.").tag(config=True)

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name(self) -> str:
        return "kpireport"

    @default("extra_template_basedirs")
    def _template_folders(self) -> list[str]:
        return [str(Path(__file__).parent / "templates")]

    @property
    def default_config(self) -> Config:
        """Of an output's several forms, the page takes the first of these."""
        config = Config({"NbConvertBase": {"display_data_priority": RENDERED}})
        config.merge(super().default_config)
        return config

    def from_notebook_node(  # type: ignore[override] # every exporter of nbconvert that makes text does so
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: object
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of an executed notebook.

        Raises:
            ReportError: a cell failed, or a chart carries no text alternative.
        """
        resources = self._init_resources(resources)
        page = read_page(nb, otherwise=resources["metadata"].get("name", ""))
        shown = published_cells(nb, page.language)
        resources |= {"page": page, "words": shell(page.language), "show_code": self.show_code}
        self._register_filters(page, shown)
        html, resources = super().from_notebook_node(shown, resources, **options)
        return str(html), resources

    def _register_filters(self, page: Page, nb: NotebookNode) -> None:
        """Offer the template what turns Markdown and SVG into markup; ids are counted anew for each page."""
        shell = ("content",)
        taken = {*shell, *ids_in(nb)}
        self.register_filter("authored_markdown", Markdown(taken, escape=False).html)
        self.register_filter("generated_markdown", Markdown(taken, escape=True).html)
        self.register_filter("inline_svg", inline_svg)
        self.register_filter("apart", Apart(taken, shell).html)
        self.log.debug("Page %r in %s", page.title, page.language)
