"""The page: a review of one period in words, charts and tables, in a language.

`page` and `quality_page` are what notebooks ask. `languages`, `numbers` and `dates` write, `say` makes the sentences,
`charts` and `tables` the rest; nothing here computes a figure or reaches a verdict.
"""

from kpitools.present.pages import Page, page
from kpitools.present.quality import QualityPage, quality_page

__all__ = ["Page", "QualityPage", "page", "quality_page"]
