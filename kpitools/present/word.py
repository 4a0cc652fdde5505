"""What a person says on the page: comments and sign-offs, marked as theirs."""

from kpitools.findings.choice import NOTEBOOK
from kpitools.present import dates
from kpitools.present.markup import Markup, joined, tag
from kpitools.present.view import View
from kpitools.project.comments import Comment, load_comments


def comment(view: View) -> Markup:
    """Return what people wrote about this page in `comments.toml`, and who signed it off; nothing where nobody did.

    A text in another language than the page's is marked with its own. Raises `ProjectError` for a file that says
    something unknown.
    """
    words, review = view.words, view.review
    found = load_comments(review.project.folder).about(NOTEBOOK, review.period, review.team)
    signed = [
        tag(
            "p",
            words.text("Signed off by {name}, {date}.", name=each.by, date=dates.day(words, each.on)),
            class_="meta",
        )
        for each in found.sign_off
    ]
    return joined([*(_comment(view, each) for each in found.comment), *signed])


def _comment(view: View, found: Comment) -> Markup:
    words = view.words
    text, language = found.said(words.language)
    paragraphs = (tag("p", each.strip()) for each in text.split("\n\n") if each.strip())
    by = words.text("Comment by {name}, {date}", name=found.by, date=dates.day(words, found.on))
    quote = tag("blockquote", *paragraphs, lang=None if language == words.language else language)
    return tag("figure", quote, tag("figcaption", by), class_="comment")
