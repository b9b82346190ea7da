"""What is submitted, and what it becomes."""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

Kind = Literal["link", "text", "file", "forward", "image"]

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese, whose words no spaces part."""

_LETTERS_PER_WORD = 2  # of those scripts, about


def count_words(text: str) -> int:
    """Count the words of a text, by spaces, or by letters in scripts that write none."""
    unspaced = len(_UNSPACED.findall(text))
    return (
        len(_UNSPACED.sub("", text).split()) + unspaced // _LETTERS_PER_WORD
        if unspaced
        else len(text.split())
    )


PUBLIC = "public"
"""The scope of what anyone may see: an article read from a public link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a forwarded post came from: the channel's or person's name, and its t.me link if it has one."""

    name: str
    url: str | None = None
    posted: str | None = None
    """ISO date of the original post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One thing somebody asked to have briefed.

    A link has `url`; a text or forward has `text`; a file has `data` and `file_name`; an image has `images`,
    the pictures of one article in reading order.
    `scope` is PUBLIC for a link, else the chat that alone may see what comes of it.
    """

    kind: Kind
    url: str | None = None
    text: str | None = None
    data: bytes | None = None
    file_name: str | None = None
    images: tuple[bytes, ...] = ()
    origin: Origin | None = None
    scope: str = PUBLIC


class Frozen(BaseModel):
    """Base of every stored value: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sentence(Frozen):
    """One sentence of the article; `start` and `end` are character offsets into `Article.text`."""

    number: Annotated[int, Field(ge=1)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


_SENTENCES = TypeAdapter(tuple[Sentence, ...])


class Article(Frozen):
    """What was submitted, after extraction; `text` holds paragraphs parted by a blank line."""

    kind: Kind
    text: str
    sentences: tuple[Sentence, ...]
    title: str | None = None
    """The headline; it is not part of `text`."""
    site: str | None = None
    url: str | None = None
    """The canonical address."""
    published: str | None = None
    """ISO date, only when the page or text states day, month and year."""
    modified: str | None = None
    """ISO date of the last change, when the page states one; never before `published`."""
    published_at: AwareDatetime | None = None
    """The moment of publication, when the page states the time of day with its zone."""
    modified_at: AwareDatetime | None = None
    """The moment of the last change, when it states that; it goes with `modified`."""
    authors: tuple[str, ...] = ()
    """Persons, then agencies, as the page shows them."""
    dateline: str | None = None
    """The date as the text words it ("March 5"), when it lacks its year."""
    language: str = "und"
    """ISO 639-1, or "und"."""
    partial: bool = False
    """True when only a part of the article could be read."""
    hidden_words: int = 0
    """Words that no reader of the page or text sees; they were left out."""
    hidden_characters: int = 0
    """Characters in it that show nothing, such as zero-width spaces; they were left out, too."""
    hidden_orders: bool = False
    """True when those read like instructions to a machine."""

    def __getstate__(self) -> dict[Any, Any]:
        """Pickle the sentences as JSON, which is fast: the event loop waits while workers get an article."""
        state = super().__getstate__()
        fields = state["__dict__"] | {"sentences": _SENTENCES.dump_json(self.sentences)}
        return state | {"__dict__": fields}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        fields = state["__dict__"]
        fields = fields | {"sentences": _SENTENCES.validate_json(fields["sentences"])}
        super().__setstate__(state | {"__dict__": fields})

    def sentence_text(self, number: int) -> str:
        """Return the text of sentence `number` (1-based); IndexError when there is none."""
        if not 1 <= number <= len(self.sentences):
            raise IndexError(number)
        sentence = self.sentences[number - 1]
        return self.text[sentence.start : sentence.end]

    @property
    def words(self) -> int:
        """Words of the text."""
        return count_words(self.text)

    @property
    def content_hash(self) -> str:
        """Hex digest over everything an engine sees."""
        seen = "\x1f".join(
            (self.title or "", self.site or "", self.published or "", self.language, self.text)
        )
        return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()
