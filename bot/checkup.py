"""`sayso check`: says in plain words whether settings, Redis, the model and Telegram answer."""

from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.text import Text

from bot import opening
from bot.context.models import Query
from bot.context.sources import ContextSource
from bot.errors import EngineError, ReadError, SaysoError, SettingsError
from bot.settings import Settings, secret
from bot.sourcing import open_sources
from bot.telegram.application import ask_name
from storage.connection import join_redis, store_errors

Probe = Callable[[Settings], Awaitable[str]]


async def check(settings: Settings, console: Console) -> int:
    """Print a line for each part; returns 1 when one that is set does not answer, else 0."""
    probes = (
        ("Access", _access),
        ("Redis", _redis),
        ("Model", _model),
        ("Telegram", _telegram),
        ("Context", _context),
    )
    answers = [await _report(name, probe, settings, console) for name, probe in probes]
    return 0 if all(answers) else 1


async def _report(name: str, probe: Probe, settings: Settings, console: Console) -> bool:
    try:
        console.print(Text(f"✓ {name}: {await probe(settings)}", style="green"))
    except SaysoError as exc:
        console.print(Text(f"✗ {name}: {exc.sentence}", style="red"))
        return False
    return True


async def _access(settings: Settings) -> str:
    if settings.sayso_open:
        return "open to everyone (SAYSO_OPEN=1)."
    if settings.sayso_owner is None and not settings.sayso_allow:
        return "nobody yet. Set SAYSO_OWNER to your Telegram user id; the bot tells it to whoever writes."
    others = f" and {len(settings.sayso_allow)} allowed ids" if settings.sayso_allow else ""
    return f"owner {settings.sayso_owner or 'not set'}{others}."


async def _redis(settings: Settings) -> str:
    async with join_redis(secret(settings.redis_url), settings.sayso_data) as redis:
        with store_errors():
            info = await redis.info("server")
    kind = "REDIS_URL" if settings.redis_url else f"the embedded store under {settings.sayso_data}/"
    name = info.get("server_name", "redis")
    return f"{kind} answers ({name} {info.get(f'{name}_version', info['redis_version'])})."


async def _model(settings: Settings) -> str:
    if not settings.has_model:
        return "none is set, so briefs are made offline, by rules."
    async with opening.open_model(settings) as engine:
        try:
            await engine.ping()
        except EngineError as exc:
            where = settings.openai_base_url or "OpenAI"
            problem = f"{exc.sentence} ({exc}). Check OPENAI_API_KEY and OPENAI_BASE_URL: {where}."
            raise SettingsError(str(exc), problem=problem) from exc
    eyes = settings.sayso_vision_model
    pictures = f"read by {eyes}" if eyes else "not read: SAYSO_VISION_MODEL is not set"
    return f"the server of {settings.openai_model} answers; pictures are {pictures}."


async def _telegram(settings: Settings) -> str:
    if settings.telegram_bot_token is None:
        return "no token is set, so `sayso run` opens the playground."
    name = await ask_name(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
    return f"@{name} answers."


async def _context(settings: Settings) -> str:
    """Say which sources answer; one that does not fails nothing, for briefs do without it."""
    if not settings.sayso_context:
        return "off (SAYSO_CONTEXT=0), so nothing is looked up."
    async with open_sources(settings) as sources:
        answers = [await _ask(source) for source in sources]
    contact = "" if settings.sayso_contact else " Set SAYSO_CONTACT: Wikimedia asks who is calling."
    return f"{'; '.join(answers)}.{contact}"


async def _ask(source: ContextSource) -> str:
    query = Query(text="news", kind="topic")
    try:
        await source.search(query, ["en"])
    except ReadError as exc:
        return f"{source.name} does not answer ({exc})"
    return f"{source.name} answers"
