"""Articles in six languages and builders of drafts, for the tests of the checks."""

import re

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks import check_draft
from bot.briefing.models import Checked, Draft, DraftFlag, DraftStatement, FlagKind, Loaded, Statement

TEXTS = {
    "en": """\
The town council of Brackwell voted by 14 votes to 9 on Tuesday to close the Milner Street pool, according
to the minutes.

Repairs would cost £2.4m, the engineering firm Dorrit Lane said in a report dated 3 March. The mayor, Helen
Varga, told reporters that the building “is not safe and will not be safe again”.

Swimming club chairman Owen Tarrant accused the council of hiding an earlier survey. He showed no document.
The club may go to court before the end of June, Tarrant said.

The pool was opened in 1974. It has not been inspected since 2019. Prosecutors are investigating two former
managers on suspicion of fraud, but no one has been charged.

Residents plan to hold a march on Saturday. About 300 people are expected, a police spokesman said.""",
    "de": """\
Der Stadtrat von Brackwell hat am Dienstag mit 14 zu 9 Stimmen beschlossen, das Hallenbad an der
Milnerstraße zu schließen, wie aus dem Protokoll hervorgeht.

Die Sanierung würde 2,4 Millionen Euro kosten, teilte das Ingenieurbüro Dorrit Lane am 3. März mit. Das
Gebäude „ist nicht sicher und wird es nicht wieder sein“, sagte Bürgermeisterin Helen Varga.

Der Vorsitzende des Schwimmvereins, Owen Tarrant, warf dem Rat vor, ein früheres Gutachten zu verschweigen.
Der Verein könnte vor Ende Juni klagen, sagte Tarrant.

Das Bad wurde 1974 eröffnet. Die Staatsanwaltschaft ermittelt wegen Betrugsverdachts gegen zwei frühere
Leiter. Anwohner planen für Samstag eine Kundgebung in Elmstadt.""",
    "es": """\
El ayuntamiento de Brackwell aprobó el martes por 14 votos a 9 cerrar la piscina de la calle Milner, según
el acta.

La reparación costaría 2,4 millones de euros, informó la empresa Dorrit Lane el 3 de marzo. El edificio “no
es seguro y no volverá a serlo”, afirmó la alcaldesa Helena Varga.

El presidente del club de natación, Owen Tarrant, acusó al ayuntamiento de ocultar un informe anterior. El
club podría acudir a los tribunales antes de finales de junio, dijo Tarrant.

La piscina se inauguró en 1974. La fiscalía investiga a dos antiguos gerentes por presunto fraude. Los
vecinos planean una marcha el sábado en Lormado.""",
    "fr": """\
Le conseil municipal de Brackwell a voté mardi, par 14 voix contre 9, la fermeture de la piscine de la rue
Milner, selon le procès-verbal.

Les réparations coûteraient 2,4 millions d’euros, indique le bureau Dorrit Lane dans un rapport du 3 mars.
Le bâtiment « n’est pas sûr et ne le sera plus », a déclaré la maire Hélène Varga.

Le président du club de natation, Owen Tarrant, accuse la mairie d’avoir caché une expertise. Le club
pourrait saisir la justice avant la fin juin, a dit Tarrant.

La piscine a été ouverte en 1974. Le parquet enquête sur deux anciens gérants soupçonnés de fraude. Des
habitants prévoient une marche samedi à Lormont.""",
    "ru": """\
Городской совет Браквелла во вторник 14 голосами против 9 решил закрыть бассейн на улице Мельничной,
говорится в протоколе.

Ремонт обойдётся в 2,4 млн евро, сообщила 3 марта компания «Доррит Лейн». «Здание небезопасно и безопасным
уже не станет», — сказала мэр Елена Варга.

Председатель клуба пловцов Олег Таранов обвинил совет в сокрытии прежней экспертизы. Клуб может обратиться в
суд до конца июня, сказал Таранов.

Бассейн открыли в 1974 году. Прокуратура проверяет двух бывших руководителей по подозрению в мошенничестве.
Жители планируют провести в субботу митинг в Лесногорске.""",
    "uk": """\
Міська рада Браквелла у вівторок 14 голосами проти 9 вирішила закрити басейн на вулиці Млинній, ідеться в
протоколі.

Ремонт коштуватиме 2,4 млн євро, повідомила 3 березня компанія «Доріт Лейн». «Будівля небезпечна і безпечною
вже не стане», — сказала мерка Олена Варга.

Голова клубу плавців Олег Таранов звинуватив раду у приховуванні попередньої експертизи. Клуб може
звернутися до суду до кінця червня, сказав Таранов.

Басейн відкрили 1974 року. Прокуратура перевіряє двох колишніх керівників за підозрою в шахрайстві. Мешканці
планують провести в суботу мітинг у Лісогорі.""",
}
"""One story, told in six languages; every place, person and firm is invented."""

PUBLISHED = "2025-03-06"
"""A Thursday."""


def make_article(
    text: str, language: str = "en", *, title: str | None = None, published: str | None = None
) -> Article:
    """Build an article of `text`, split as in production."""
    return Article(
        kind="text",
        text=text,
        sentences=split_sentences(text, language),
        title=title,
        published=published,
        language=language,
    )


def tell(language: str) -> Article:
    """Return the story in `language`."""
    return make_article(unwrap(TEXTS[language]), language, published=PUBLISHED)


def unwrap(text: str) -> str:
    """Join the lines of each paragraph."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def number_of(article: Article, beginning: str) -> int:
    """Return the number of the sentence that holds `beginning`."""
    return next(s.number for s in article.sentences if beginning in article.sentence_text(s.number))


def check(
    article: Article, *statements: tuple[str, *tuple[int, ...]], headline: str = "", **fields: object
) -> Checked:
    """Check a draft of these statements, each with the sentences it cites."""
    drafted = tuple(DraftStatement(text=text, sentences=numbers) for text, *numbers in statements)
    return check_draft(Draft.model_validate({"headline": headline, "statements": drafted, **fields}), article)


def shown(article: Article, text: str, *numbers: int) -> Statement | None:
    """Return what becomes of one statement that rests on the sentences `numbers`."""
    return next(iter(check(article, (text, *numbers)).statements), None)


def is_kept(article: Article, text: str, *numbers: int) -> bool:
    """Whether a statement is shown as drafted."""
    statement = shown(article, text, *numbers)
    return statement is not None and statement.text == text


def make_flag(
    quote: str,
    sentence: int = 1,
    kind: FlagKind = "unattributed",
    speaker: str | None = None,
    why: str = "No source.",
) -> DraftFlag:
    """Build a flag as a model would send it."""
    return DraftFlag(quote=quote, sentence=sentence, speaker=speaker, kind=kind, why=why, would_verify="")


def make_loaded(*terms: str) -> tuple[Loaded, ...]:
    """Build loaded terms that all claim the first sentence."""
    return tuple(Loaded(term=term, sentence=1) for term in terms)
