"""What each statement of a brief rests on, quoted from the article."""

from bot.briefing.models import Brief, Statement
from bot.locales import _
from bot.telegram.composing import Block, Run, heading, plain, verbatim
from bot.telegram.passages import passage_url


def trace_statements(brief: Brief) -> list[Block]:
    """Return who speaks in what is flagged, then each statement with the sentences it rests on."""
    blocks = [heading("🔎 " + _("What each statement rests on"))]
    if speakers := dict.fromkeys(flag.speaker for flag in brief.flags if flag.speaker):
        heard = plain("; ".join(speakers))
        blocks.append(Block((Run(_("Speakers of what is flagged:") + " "), heard)))
    for number, statement in enumerate(brief.statements, 1):
        blocks.append(Block((Run(f"{number}. "), plain(statement.text)), gap="\n\n"))
        blocks += _sources(brief, statement)
    return blocks


def _sources(brief: Brief, statement: Statement) -> list[Block]:
    """Return the sentences, each a quotation that opens the page there."""
    quoted = []
    for number in statement.sentences:
        sentence = brief.article.sentence_text(number)
        words = verbatim(sentence, passage_url(brief.article, sentence))
        quoted.append(Block((Run("“"), words, Run("”")), quoted=True))
    return quoted
