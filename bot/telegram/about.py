"""About a brief: how it was made, and what its marks mean."""

from bot.briefing.labels import count_calls
from bot.briefing.models import OFFLINE, Brief, Usage
from bot.locales import _, ngettext
from bot.telegram.composing import Block, Run, heading, plain
from bot.telegram.masthead import last_change
from bot.telegram.passages import page_url


def tell_about(brief: Brief) -> list[Block]:
    """Return what the brief is, how it was made and what the checks left out."""
    usage, left_out = brief.usage, len(brief.checks.dropped)
    lines = [
        _("Every quotation stands word for word in the text that the model read from the picture.")
        if brief.article.kind == "image"
        else _("Every quotation stands in the article word for word; code has looked it up."),
        _("A flag means that this article does not establish the assertion, not that it is false."),
        _("{traced} of {statements} statements were traced to sentences of it.").format(
            traced=brief.checks.traced, statements=brief.checks.statements
        ),
        ngettext(
            "The checks left out {count} thing that did not hold.",
            "The checks left out {count} things that did not hold.",
            left_out,
        ).format(count=left_out)
        if left_out
        else "",
        _cost(usage) if usage.model_calls else "",
    ]
    title = brief.article.title or page_url(brief.article) or _("a text sent to me")
    article = Block((Run(_("Article:") + " "), plain(title, url=page_url(brief.article))), gap="\n\n")
    change = last_change(brief.article)
    changed = [Block((Run(_("Last changed:") + " "), change))] if change else []
    maker = _("rules, without a model") if brief.engine == OFFLINE else brief.engine
    version = _("version {version}").format(version=brief.prompt_version)
    made = Block((Run(_("Made by:") + " "), plain(f"{maker}, {version}")))
    return [
        heading(_("About this brief")),
        *(Block((Run(t),), gap="\n\n") for t in lines if t),
        article,
        *changed,
        made,
    ]


def _cost(usage: Usage) -> str:
    cost = _("Model: {calls}. Tokens in: {input} ({cached} of them cached), out: {output}.")
    return cost.format(
        calls=count_calls(usage.model_calls),
        input=usage.input_tokens,
        cached=usage.cached_tokens,
        output=usage.output_tokens,
    )
