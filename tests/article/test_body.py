import pytest

from bot.article.documents import read_page
from bot.article.extract import extract_page
from bot.errors import NoArticle
from tests.servers.news import HIDDEN, PARAGRAPHS, RUSSIAN, TITLE, article_page

URL = "https://news.example/article"
BODY = "\n\n".join(PARAGRAPHS)
STANDFIRST = "The line to Maret is to start in May, but its opponents doubt what the council says it costs."

ASIDES = [
    "<aside><p>{}</p></aside>",
    '<div class="related-articles"><p>{}</p></div>',
    '<div class="articleNewsletter"><p>{}</p></div>',
    '<div class="c-newsletter newsletter"><p>{}</p></div>',
    '<section id="read-more"><p>{}</p></section>',
    '<figure><img src="a.png"><figcaption>{}</figcaption></figure>',
    '<div class="image-caption">{}</div>',
    '<div class="social share"><h3>{}</h3></div>',
    '<div role="complementary"><p>{}</p></div>',
    '<div class="infobox"><p>{}</p></div>',
    '<p><a href="/other">{}</a></p>',
    '<p><b>Read also:</b> <a href="/other">{}</a></p>',
    '<p>Lesen Sie auch – <a href="/other">{}</a></p>',
    '<ul><li><a href="/a">{}</a></li><li><strong>Bay: </strong><a href="/b">{}</a></li></ul>',
    '<h3><a href="/other">{}</a></h3>',
]


def with_inner(inner: str) -> str:
    """The article with something between its paragraphs."""
    first = f"<p>{PARAGRAPHS[0]}</p>"
    page = article_page()
    assert first in page
    return page.replace(first, first + inner)


@pytest.mark.parametrize("aside", ASIDES)
def test_what_stands_between_paragraphs_is_no_part_of_the_report(aside: str) -> None:
    text = "The mayor of a town elsewhere has opened a museum of lamps"
    assert extract_page(with_inner(aside.replace("{}", text)), URL).text == BODY


@pytest.mark.parametrize(
    "kept",
    [
        '<p>The report is <a href="/r">in the archive of the town</a>, the council told the Courier.</p>',
        '<p><a href="#note">The council keeps a list of all its lines and of their prices.</a></p>',
        "<blockquote><p>The council keeps a list of all its lines and of their prices.</p></blockquote>",
    ],
)
def test_a_paragraph_with_a_link_is_part_of_the_report(kept: str) -> None:
    assert len(extract_page(with_inner(kept), URL).text) > len(BODY) + 30


def test_a_block_that_holds_the_article_is_no_aside_whatever_its_name() -> None:
    page = (
        article_page()
        .replace("<article>", '<div class="subscription related">')
        .replace("</article>", "</div>")
    )
    assert extract_page(page, URL).text == BODY


def test_an_article_parted_by_advertisements_is_read_whole() -> None:
    def chunk(*paragraphs: str) -> str:
        inner = "".join(f"<p>{one}</p>" for one in paragraphs)
        return f'<div class="chunk"><div class="body">{inner}</div></div>'

    long = [f"{paragraph} {paragraph} This is part {n}." for n in range(5) for paragraph in PARAGRAPHS]
    body = chunk(*long[:20]) + '<div class="ad">Buy lamps</div>' + chunk(*long[20:24]) + chunk(*long[24:])
    page = f"<html><head><title>{TITLE}</title></head><body><main>{body}</main></body></html>"
    assert extract_page(page, URL).text == "\n\n".join(long)


@pytest.mark.parametrize(
    ("head", "block"),
    [
        (f'<meta property="og:description" content="{STANDFIRST}">', f"<h2>{STANDFIRST}</h2>"),
        (f'<meta name="description" content="{STANDFIRST[:70]}…">', f"<div>{STANDFIRST}</div>"),
        ("", f'<div class="article__intro">{STANDFIRST}</div>'),
        ("", f'<div class="lead"><span>{STANDFIRST}</span></div>'),
    ],
)
def test_the_standfirst_is_part_of_the_article(head: str, block: str) -> None:
    page = article_page(head=head).replace("</h1>", f"</h1>{block}")
    assert extract_page(page, URL).text == f"{STANDFIRST}\n\n{BODY}"


def test_a_description_that_the_page_does_not_show_is_not_read() -> None:
    head = f'<meta property="og:description" content="{STANDFIRST}">'
    assert extract_page(article_page(head=head), URL).text == BODY
    assert extract_page(article_page(head=head, extra=f"<p hidden>{STANDFIRST}</p>"), URL).text == BODY


def test_headline_byline_and_date_are_no_part_of_the_report() -> None:
    lead = "<p>By Ada Quill</p><p>11 March 2025, 10:15</p>"
    page = article_page().replace("</h1>", f"</h1>{lead}")
    assert extract_page(page, URL).text == BODY


def test_hidden_orders_are_told_and_left_out() -> None:
    found = extract_page(article_page(extra=f'<p style="opacity:0">{HIDDEN}</p>'), URL)
    assert (found.text, found.hidden_words, found.hidden_orders) == (BODY, len(HIDDEN.split()), True)
    harmless = extract_page(article_page(extra="<p hidden>Share this with a friend</p>"), URL)
    assert (harmless.hidden_words, harmless.hidden_orders) == (5, False)


def test_the_address_a_page_gives_for_itself_counts_on_its_own_host_only() -> None:
    def canonical(href: str, url: str = "https://amp.news.example/a/amp?x=1") -> str | None:
        return extract_page(article_page(head=f'<link rel="canonical" href="{href}">'), url).canonical

    assert canonical("https://www.news.example/a") == canonical("/a", "https://www.news.example/b")
    assert canonical("https://other.example/a") is None
    assert canonical("http://127.0.0.1/a") is None
    assert canonical("https://news.example/") is None
    assert canonical("javascript:alert(1)") is None


def test_a_date_to_come_is_no_date() -> None:
    page = article_page().replace("2025-03-11T08:15:00+01:00", "2093-03-11T08:15:00+01:00")
    assert extract_page(page, URL).published is None


JAPANESE = (
    "オルレン市議会は火曜日、マレト島への新しい航路を賛成14、反対9で承認したと発表した。最初の船は5月に出る予定だ。",
    "議長のイナ・トルバルド氏は「私たちは十分に長く待った」と述べた。費用は年間320万クローネになると財務局は説明している。",
    "反対派はこの数字を疑っている。港湾局は、まず岸壁を修理する必要があり、それには4月までかかると議会に伝えた。",
)
ARABIC = (
    "وافق مجلس مدينة أورلين يوم الثلاثاء على خط عبارات إلى جزيرة ماريت بأربعة عشر صوتا مقابل تسعة.",
    "وقالت رئيسة المجلس إينا تورفالد: «لقد انتظرنا بما فيه الكفاية»، مضيفة أن أول عبارة ستبحر في مايو.",
    "وستبلغ كلفة الخط ثلاثة ملايين كرونة في السنة، وفق مكتب المالية، ويشكك المعارضون في هذا الرقم.",
)


@pytest.mark.parametrize(
    ("paragraphs", "codec", "charset", "language"),
    [
        (RUSSIAN, "cp1251", "windows-1251", "ru"),
        (RUSSIAN, "koi8_r", "koi8-r", "ru"),
        (RUSSIAN, "iso8859_5", "iso-8859-5", "ru"),
        (JAPANESE, "cp932", "shift_jis", "ja"),
        (JAPANESE, "euc_jp", "euc-jp", "ja"),
        (ARABIC, "utf_8", "utf-8", "ar"),
    ],
)
def test_pages_in_other_scripts_and_encodings_are_read(
    paragraphs: tuple[str, ...], codec: str, charset: str, language: str
) -> None:
    page = article_page(paragraphs, title="News", language=language).encode(codec, "xmlcharrefreplace")
    article = read_page(page, "text/html", charset, URL, URL)
    assert article.text == "\n\n".join(paragraphs)
    assert article.language == language
    assert article.words >= 40


@pytest.mark.parametrize(
    "headline",
    ["You may also like", "Related articles", "Das könnte Sie auch interessieren", "Mehr zum Thema:",
     "Te puede interesar", "Você pode gostar...", "À lire aussi", "Читайте также:",
     "Вам может быть интересно", "Читайте також"],
)  # fmt: skip
def test_what_stands_under_such_a_headline_is_other_articles(headline: str) -> None:
    other = "".join(
        f"<article><p>{line} And so it goes on in another article.</p></article>" for line in PARAGRAPHS
    )
    extra = f"<div><div><h3>{headline}</h3></div>{other * 3}</div>"
    assert extract_page(article_page(extra=extra), URL).text == BODY


def test_a_headline_inside_the_article_ends_nothing() -> None:
    more = "What the council decided costs more than any line before it, the finance office said."
    for headline in ("More than a ferry", "Related costs of the line", "Recommended by the council in 2014"):
        text = extract_page(article_page(extra=f"<h3>{headline}</h3><p>{more}</p>"), URL).text
        assert more in text


def test_a_page_that_is_a_table_of_figures_is_read_in_part() -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td>Ferry number {n}</td><td>{n * 7} crowns</td></tr>" for n in range(60)
    )
    assert extract_page(article_page(extra=f"<table>{rows}</table>"), URL).partial
    few = "".join(f"<tr><td>{n}</td><td>Ferry number {n}</td></tr>" for n in range(8))
    assert not extract_page(article_page(extra=f"<table>{few}</table>"), URL).partial
    laid_out = "".join(f"<tr><td></td><td><p>{line}</p></td></tr>" for line in PARAGRAPHS)
    assert not extract_page(f"<html><body><table>{laid_out}</table></body></html>", URL).partial


def test_the_reading_above_a_word_stands_behind_it() -> None:
    word = "<ruby>尹錫悦<rp>（</rp><rt>ユンソンニョル</rt><rp>）</rp></ruby>"
    line = "韓国の{}大統領は３日夜、緊急談話を出し、野党が国政をまひさせているとして「非常戒厳」を宣言した。"
    shown = line.format("尹錫悦（ユンソンニョル）")
    extra = f"<p>{line.format(word)}</p><p>{line.format('<ruby><rb>尹</rb></ruby>')}</p>"
    text = extract_page(article_page(extra=extra), URL).text
    assert text == f"{BODY}\n\n{shown}\n\n{line.format('尹')}"


def test_ruby_inside_ruby_is_read_once() -> None:
    extra = "<p>The ferry has a sign that nobody closed: <ruby>word <ruby>inside <rt>one<rt>two</p>"
    text = extract_page(article_page(extra=extra), URL).text
    assert text.count("inside") == 1


def test_a_page_that_is_hidden_as_a_whole_holds_no_article() -> None:
    with pytest.raises(NoArticle):
        extract_page('<html style="display:none">', URL)
