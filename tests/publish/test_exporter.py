"""The page that the exporter `kpireport` makes of an executed notebook."""

import re
from html.parser import HTMLParser
from importlib.metadata import entry_points

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kpitools.errors import ReportError
from kpitools.present.languages import shell
from kpitools.publish.exporter import KPIReport
from kpitools.publish.page import PAGE

SVG = '<?xml version="1.0"?>\n<svg viewBox="0 0 9 9"><clipPath id="c"><path d="M0 0"/></clipPath></svg>'
KINDS = {
    "html": "text/html",
    "svg": "image/svg+xml",
    "markdown": "text/markdown",
    "plain": "text/plain",
    "page": PAGE,
}
HOSTILE = '</title><script>alert("1")</script>" onload="x {{ 7*7 }} {% raw %} \N{RIGHT-TO-LEFT OVERRIDE}'


def shown(metadata=None, **forms):
    """Return a cell that displayed these forms: html, svg, markdown, plain or page."""
    data = {KINDS[form]: value for form, value in forms.items()}
    output = new_output("display_data", data=data, metadata=metadata or {})
    return new_code_cell("display(a_variable)", outputs=[output])


def said(text, *tags):
    """Return a Markdown cell with these tags."""
    return new_markdown_cell(text, metadata={"tags": list(tags)})


def page_of(*cells, **options):
    """Return the HTML of a notebook of these cells."""
    return KPIReport(**options).from_notebook_node(new_notebook(cells=list(cells)))[0]


def elements(html):
    """Return every element of a page as (name, attributes)."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda name, attributes: found.append((name, dict(attributes)))
    parser.feed(html)
    return found


@pytest.fixture(scope="module")
def page():
    """A page with something of everything."""
    return page_of(
        shown(page={"language": "fr", "title": "Service client", "description": "Octobre"}),
        said("# Un titre\n\n## Les délais\n\n## Les délais"),
        shown(html='<p class="meta" id="les-delais">Nord</p>'),
        shown({"alt": "Le taux <recule>"}, svg=SVG),
        shown(markdown="## Réponses\n\n[source](https://example.org/study)"),
        shown(plain="<b>1 & 2</b>"),
    )


def test_nbconvert_knows_the_exporter():
    """`jupyter nbconvert --to kpireport` finds the class by its entry point."""
    (found,) = entry_points(group="nbconvert.exporters", name="kpireport")
    assert found.load() is KPIReport


def test_the_page_loads_nothing_and_runs_nothing(page):
    """No element takes anything from elsewhere, no script and no handler; a policy forbids both besides."""
    for name, attributes in elements(page):
        assert name not in {"script", "link", "iframe", "object", "embed", "base", "form"}
        assert not {"src", "srcset", "data", "action"} & set(attributes)
        assert not [key for key in attributes if key.startswith("on")]
    assert not re.search(r"url\(|@import", page)
    policy = next(a["content"] for _, a in elements(page) if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "script-src" not in policy


def test_language_title_and_description_are_those_declared(page):
    """The page says what the notebook declared, whatever its file is called."""
    assert '<html lang="fr">' in page
    assert "<title>Service client</title>" in page
    assert ("meta", {"name": "description", "content": "Octobre"}) in elements(page)


def test_a_notebook_that_declares_nothing_is_english_under_its_own_name():
    """Without a declaration, the language is English and the title the notebook's name."""
    html, _ = KPIReport().from_notebook_node(new_notebook(), resources={"metadata": {"name": "volumes"}})
    assert '<html lang="en">' in html
    assert "<h1>volumes</h1>" in html


def test_a_language_that_is_no_tag_is_refused():
    """Only a language tag can become the `lang` of a page."""
    with pytest.raises(ReportError, match="declares the language 'fr\"'"):
        page_of(shown(page={"language": 'fr"'}))


def test_one_h1_and_headings_in_order(page):
    """The title is the only h1; no level is skipped, even where a cell begins at the top."""
    levels = [int(name[1]) for name, _ in elements(page) if re.fullmatch(r"h[1-6]", name)]
    assert levels == [1, 2, 2, 2, 2]


def test_ids_are_unique(page):
    """Two equal headings, and one equal to an id of an output, get ids of their own."""
    ids = [attributes["id"] for _, attributes in elements(page) if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {"les-delais", "les-delais-2", "les-delais-3", "reponses"} <= set(ids)


def test_the_same_chart_twice_has_ids_of_its_own():
    """Of two cells with one chart and a link to it, the second's ids have a number, and its references follow them."""
    chart = '<a href="#c"></a><svg role="img" aria-labelledby="t"><title id="t">1</title><path id="c"/></svg>'
    use = '<use clip-path="url(#c)" title="c"/>'
    html = page_of(said("## c"), shown(html=chart + use), shown(html=chart + use), shown(html='<p id="content"></p>'))
    ids = [attributes["id"] for _, attributes in elements(html) if "id" in attributes]
    assert ids == ["content", "c-2", "t", "c", "t-2", "c-3", "content-2"]
    assert chart + use in html
    assert '<a href="#c-3"></a><svg role="img" aria-labelledby="t-2"><title id="t-2">1</title><path id="c-3"/>' in html
    assert '<use clip-path="url(#c-3)" title="c"/>' in html


def test_landmarks_and_skip_link(page):
    """There is one main and one footer, and the first link leads to main, in the language of the page."""
    names = [name for name, _ in elements(page)]
    assert (names.count("main"), names.count("footer")) == (1, 1)
    assert '<a class="skip" href="#content">Aller au contenu</a>' in page
    assert ("main", {"id": "content", "tabindex": "-1"}) in elements(page)


def test_svg_stays_as_it_was_drawn_and_has_its_text(page):
    """Names with capitals survive, the XML prolog goes, and the alternative is the accessible name."""
    assert '<svg role="img" aria-label="Le taux &lt;recule&gt;" viewBox="0 0 9 9"><clipPath id="c">' in page
    assert "<?xml" not in page


@pytest.mark.parametrize("alt", ["", "<Figure size 640x480 with 1 Axes>", "<IPython.core.display.SVG object>"])
def test_a_chart_without_text_alternative_is_refused(alt):
    """What Jupyter writes by itself is no text alternative."""
    with pytest.raises(ReportError, match="no text alternative"):
        page_of(shown(svg=SVG, plain=alt))


def test_an_svg_that_names_itself_stays():
    """A root with role and label needs nothing more."""
    named = '<svg role="img" aria-labelledby="t"><title id="t">Le taux recule</title></svg>'
    assert named in page_of(shown(svg=named))


def test_text_is_text(page):
    """Plain text and generated Markdown never become markup."""
    assert "<pre>&lt;b&gt;1 &amp; 2&lt;/b&gt;</pre>" in page
    assert "<b>" not in page_of(shown(markdown="<b>x</b>\n\n<b>\ny\n</b>"))
    assert "javascript:" not in page_of(shown(markdown="[x](javascript:alert(1))"))


def test_hostile_declarations_are_text():
    """Markup, quotes and template syntax in title and description are shown as they are."""
    page = page_of(shown(page={"title": HOSTILE, "description": HOSTILE}))
    heard = []
    parser = HTMLParser()
    parser.handle_data = heard.append
    parser.feed(page)
    assert [text for text in heard if "alert" in text] == [HOSTILE, HOSTILE]
    assert ("meta", {"name": "description", "content": HOSTILE}) in elements(page)
    assert "script" not in {name for name, _ in elements(page)}


def test_streams_stay_inside():
    """Neither warnings nor prints of a cell reach the page."""
    streams = [new_output("stream", name=name, text=f"leak of {name}") for name in ("stderr", "stdout")]
    assert "leak" not in page_of(new_code_cell("x", outputs=streams))


def test_a_failed_cell_is_never_published():
    """A notebook with an error makes no page at all."""
    error = new_output("error", ename="KeyError", evalue="x", traceback=[])
    with pytest.raises(ReportError, match=r"failed \(KeyError\)"):
        page_of(new_code_cell("x", outputs=[error]))


def test_code_is_never_shown_unless_asked_for(page):
    """Managers see no code; the option folds it, escaped, into a disclosure."""
    assert "a_variable" not in page
    opened = page_of(new_code_cell("a < b"), show_code=True)
    assert "<details" in opened
    assert "<pre><code>a &lt; b</code></pre>" in opened


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters", "aside", "remove_cell", "lang-en"])
def test_cells_that_are_not_for_these_readers_are_left_out(tag):
    """Parameters, asides and cells in another language are not on the page."""
    page = page_of(shown(page={"language": "fr"}), said("not for you", tag), said("pour vous", "lang-fr"))
    assert "not for you" not in page
    assert "pour vous" in page


def test_controls_are_left_out():
    """A panel does nothing on a page: neither it nor the name of its class is there."""
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "VBox(children=())"}
    cell = new_code_cell("panel()", outputs=[new_output("display_data", data=view)])
    assert "VBox" not in page_of(cell, shown(plain="after"))


def test_parameters_of_a_region_are_read_in_their_language():
    """A page in Canadian French keeps the cells in French."""
    assert "pour vous" in page_of(shown(page={"language": "fr-CA"}), said("pour vous", "lang-fr"))


def test_the_same_notebook_gives_the_same_bytes():
    """Ids of cells, times and paths of a run are not on the page."""
    pages = []
    for run in ("one", "two"):
        notebook = new_notebook(cells=[shown(html="<p>x</p>"), said("## y")])
        notebook.metadata["papermill"] = {"start_time": run, "output_path": f"/somewhere/{run}.ipynb"}
        notebook.metadata["title"] = "t"
        pages.append(KPIReport().from_notebook_node(notebook, resources={"metadata": {"name": run}})[0])
    assert pages[0] == pages[1]


def test_the_shell_is_small():
    """What the page adds to the content of a notebook stays under 25 KB."""
    assert len(page_of().encode()) < 25_000


def test_the_page_speaks_both_languages():
    """Each text of the template has a French form, with French spaces before colons."""
    english, french = shell("en"), shell("fr-CA")
    assert english["skip"] != french["skip"]
    assert english["footer"] != french["footer"]
    assert not re.search(r" [:;!?%]", " ".join(french.values()))
