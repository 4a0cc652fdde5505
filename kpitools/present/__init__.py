"""The page: a review of one period in words, charts and tables, in a language.

`page` is what a notebook asks. `languages`, `numbers` and `dates` write, `say` makes the sentences, `charts` and
`tables` the rest; nothing here computes a figure or reaches a verdict.
"""

from kpitools.present.pages import Page, page

__all__ = ["Page", "page"]
