"""An Answer as a Telegram message: its words, then the sentences of the article that it rests on."""

from typing import Final

from telegram.constants import MessageEntityType

from bot.article.models import Article
from bot.briefing.labels import silence, word_notices
from bot.briefing.models import Answer
from bot.telegram.composing import Block, Composer, Run, plain, verbatim
from bot.telegram.passages import passage_url
from bot.telegram.replies import Reply

LONGEST_QUOTE: Final = 900
"""Characters of a sentence that are quoted: three such fit into a message with the answer's words."""


def render_answer(answer: Answer, article: Article) -> Reply:
    """Return an answer as one short message."""
    notice = word_notices(answer.notices)
    blocks = [Block((plain(notice, MessageEntityType.ITALIC),))] if notice else []
    if answer.text:
        blocks.append(Block((plain(answer.text),), gap="\n\n"))
    elif not answer.sentences:
        blocks.append(Block((Run(silence(answer)),), gap="\n\n"))
    blocks += [_quote(article, number) for number in answer.sentences]
    composer = Composer()
    for block in blocks:
        composer.add_block(block)
    return Reply(composer.text, tuple(composer.entities))


def _quote(article: Article, number: int) -> Block:
    """Return a sentence as a block quotation that leads to its place on the page; a long one only begins."""
    sentence = article.sentence_text(number)
    shown = sentence
    if len(sentence) > LONGEST_QUOTE:
        shown = sentence[:LONGEST_QUOTE].rpartition(" ")[0] or sentence[:LONGEST_QUOTE]
    end = "”" if shown == sentence else " …”"
    return Block((Run("“"), verbatim(shown, passage_url(article, shown)), Run(end)), quoted=True, gap="\n\n")
