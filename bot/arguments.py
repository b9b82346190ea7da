"""The grammar of the command line: commands, their options, and what is said of each."""

import argparse
import re
from collections.abc import Sequence

_PRICES = ("price_in", "price_cached", "price_out")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read a command line; exits with status 2 for wrong usage."""
    parser = build_parser()
    parsed = parser.parse_args(arguments)
    if parsed.command == "eval":
        counts = {len(getattr(parsed, name) or ()) for name in _PRICES} - {0, 1}
        if counts - {len(parsed.model)}:
            parser.error("give each --price once for all models, or once for each --model in their order")
    return parsed


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(prog="sayso", description="On whose say-so? Briefs of news articles.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    source = argparse.ArgumentParser(add_help=False)
    source.add_argument(
        "source", metavar="URL|FILE|-", help="a link, an article's file, or - for standard input"
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    common.add_argument("--language", metavar="xx", type=_language, help="language to write in (two letters)")
    common.add_argument("--engine", choices=["offline", "openai"], help="default: openai when a model is set")
    common.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    brief = commands.add_parser("brief", parents=[source, common], help="brief an article in the terminal")
    brief.add_argument("--with-text", action="store_true", help="with --json: include the article's text")
    brief.add_argument("--no-context", action="store_true", help="look nothing up: leave out context")
    ask = commands.add_parser(
        "ask", parents=[source, common], help="ask about an article: the answer quotes it"
    )
    ask.add_argument("question", help="what to ask, in quotation marks")
    compare = commands.add_parser(
        "compare", parents=[common], help="say what two articles on one story have in common"
    )
    for name in ("first", "second"):
        compare.add_argument(name, metavar="URL|FILE", help="a link or an article's file")
    search = commands.add_parser("search", help="search the public articles that were briefed")
    search.add_argument("words", nargs="+", help="what to look for")
    search.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    _add_eval(commands.add_parser("eval", help="measure models against gold articles, to choose one"))
    commands.add_parser("run", help="serve Telegram, or the playground when there is no token")
    commands.add_parser("receive", help="only receive updates; any number on one REDIS_URL")
    commands.add_parser("work", help="only answer what was received; any number on one REDIS_URL")
    inbox = commands.add_parser("inbox", help="list updates that were given up, try them again or drop them")
    inbox.add_argument("action", nargs="?", choices=["list", "replay", "drop"], default="list")
    inbox.add_argument("updates", nargs="*", metavar="UPDATE", help="their numbers, or all")
    inbox.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    commands.add_parser("check", help="say whether settings, Redis, the model and Telegram answer")
    return parser


def _add_eval(command: argparse.ArgumentParser) -> None:
    """Add the options of `sayso eval`."""
    command.add_argument(
        "file", metavar="FILE.jsonl", nargs="?", help="gold articles, one JSON object a line"
    )
    command.add_argument(
        "--engine", choices=["offline", "openai"], help="default: openai when a model is set"
    )
    command.add_argument("--base-url", type=_address, help="the models' server; else OPENAI_BASE_URL")
    command.add_argument(
        "--model", action="append", default=[], help="name of a model, repeated for more; else OPENAI_MODEL"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    command.add_argument("--articles", action="store_true", help="print each article's figures, too")
    for name, what in (("in", "input"), ("cached", "cached input"), ("out", "output")):
        command.add_argument(
            f"--price-{name}", type=_price, action="append", metavar="X", help=f"a million tokens of {what}"
        )


def _language(value: str) -> str:
    if not re.fullmatch("[a-z]{2}", value):
        raise argparse.ArgumentTypeError("give two letters, such as en or uk")
    return value


def _address(value: str) -> str:
    if not re.match(r"https?://\w", value):
        raise argparse.ArgumentTypeError("give an address that begins with http:// or https://")
    return value.rstrip("/")


def _price(value: str) -> float:
    try:
        price = float(value)
    except ValueError:
        price = -1.0
    if not 0 <= price < 1e6:
        raise argparse.ArgumentTypeError("give a price, such as 0.25")
    return price
