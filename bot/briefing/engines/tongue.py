"""Whether a draft is in the language that was asked for: the checks compare facts, not languages."""

from bot.article.language import has_common_words, recognise_language
from bot.article.models import Article
from bot.briefing.models import Draft, Notice
from bot.errors import EngineGarbled
from bot.locales import N_

NOT_TRANSLATED = Notice(
    template=N_("The model wrote in the article's language instead of the one asked for.")
)


def check_language(draft: Draft, article: Article, language: str) -> Draft:
    """Return the draft, with a notice when it is clearly in the article's language instead of `language`.

    Raises EngineGarbled when it is clearly in a third one: an offline brief is in the article's, at least.
    """
    wanted = language.lower().partition("-")[0]
    written = recognise_language(" ".join((draft.headline, *(item.text for item in draft.statements))))
    if written is None or written == wanted or not has_common_words(wanted):
        return draft
    if written != article.language:
        raise EngineGarbled(f"draft in {written} instead of {wanted}")
    return draft.model_copy(update={"notices": (*draft.notices, NOT_TRANSLATED)})
