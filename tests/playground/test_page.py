"""The chat page in a real browser."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, async_playwright, expect

from bot.playground import PlaygroundServer
from bot.playground.places import READER
from tests.servers.botapi import BareClient, Json

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, server: PlaygroundServer) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 390, "height": 780})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    await page.goto(server.page_url)
    await expect(page.locator("#status")).to_have_text("bot")
    yield page
    await page.close()
    assert problems == []


def entity(kind: str, offset: int, length: int, **more: object) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


async def send(api: BareClient, text: str, *entities: Json, **more: object) -> int:
    message = await api.result("sendMessage", chat_id=READER, text=text, entities=list(entities), **more)
    return int(message["message_id"])


async def height(locator: Locator) -> float:
    box = await locator.bounding_box()
    assert box is not None
    return box["height"]


async def test_a_text_goes_out_and_the_answer_is_edited_in_place(
    page: Page, api: BareClient, server: PlaygroundServer
) -> None:
    await page.fill("#text", "first line")
    await page.press("#text", "Shift+Enter")
    await page.type("#text", "second line")
    await page.press("#text", "Enter")
    [queued] = await server.wait_for(lambda: server.updates.pending)
    assert queued.update["message"]["text"] == "first line\nsecond line"
    await expect(page.locator(".mine .text")).to_have_text("first line\nsecond line")
    await expect(page.locator("#text")).to_have_value("")

    await api.result("sendChatAction", chat_id=READER, action="typing")
    await expect(page.locator("#status")).to_have_text("typing…")
    message_id = await send(api, "Reading…")
    await expect(page.locator(".theirs .text")).to_have_text("Reading…")
    await expect(page.locator(".dots")).to_have_count(0)
    await api.result("editMessageText", chat_id=READER, message_id=message_id, text="Done")
    await expect(page.locator(".theirs .text")).to_have_text("Done")
    await expect(page.locator(".message")).to_have_count(2)


async def test_a_button_answers_with_a_line_or_an_alert(page: Page, api: BareClient) -> None:
    row = [{"text": "Flags", "callback_data": "f"}, {"text": "Open", "url": "https://a.example/x"}]
    message_id = await send(api, "A brief", reply_markup={"inline_keyboard": [row]})
    link = page.locator(".row a")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(link).to_have_attribute("target", "_blank")
    for number, (is_alert, shown) in enumerate([(False, "#toast"), (True, "#alert-text")]):
        button = page.locator(".row button")
        await button.click()
        [update] = await api.result("getUpdates", timeout=5, offset=500 + number)
        query_id = update["callback_query"]["id"]
        back = {"inline_keyboard": [[{"text": f"Back {number}", "callback_data": "f"}]]}
        place = {"chat_id": READER, "message_id": message_id}
        await api.result("editMessageText", **place, text=f"Flags {number}", reply_markup=back)
        await api.result("answerCallbackQuery", callback_query_id=query_id, text="Here", show_alert=is_alert)
        await expect(page.locator(shown)).to_have_text("Here")
        await expect(page.locator(".theirs .text")).to_have_text(f"Flags {number}")
        if not is_alert:
            await expect(button).to_be_focused()
    await page.click("dialog button")
    await expect(page.locator("dialog")).to_be_hidden()


async def test_entities_nest_and_cross_without_losing_text(page: Page, api: BareClient) -> None:
    text = "😀 bold link both, plain 👩‍👧 end"
    await send(
        api,
        text,
        entity("bold", 3, 9),
        entity("text_link", 8, 9, url="https://a.example/p#:~:text=both"),
        entity("italic", 13, 11),
        entity("code", 25, 5),
    )
    content = page.locator(".theirs .text")
    await expect(content).to_have_text(text)
    assert await content.locator("strong").all_inner_texts() == ["bold link"]
    assert "".join(await content.locator("a").all_inner_texts()) == "link both"
    assert "".join(await content.locator("em").all_inner_texts()) == "both, plain"
    assert await content.locator("code").all_inner_texts() == ["👩‍👧"]
    address = await content.locator("a").first.get_attribute("href")
    assert address == "https://a.example/p#:~:text=both"


async def test_markup_in_a_text_stays_text(page: Page, api: BareClient, server: PlaygroundServer) -> None:
    nasty = "<img src=x onerror=alert(1)><b>&amp;</b>"
    server.user_sends(READER, nasty)
    await send(api, nasty, reply_markup={"inline_keyboard": [[{"text": nasty, "callback_data": "x"}]]})
    await expect(page.locator(".theirs .text")).to_have_text(nasty)
    assert await page.locator(".log img, .log b").count() == 0
    assert await page.locator(".row button").inner_text() == nasty


async def test_a_dangerous_address_is_no_link(page: Page, api: BareClient, server: PlaygroundServer) -> None:
    server.user_sends(READER, "click", entities=[entity("text_link", 0, 5, url="javascript:alert(1)")])
    await expect(page.locator(".mine .text")).to_have_text("click")
    assert await page.locator(".mine a").count() == 0
    await send(api, "ok")


async def test_an_expandable_quotation_folds_and_stays_open_over_an_edit(page: Page, api: BareClient) -> None:
    text = "Intro\n" + "A rather long quotation that goes on. " * 12 + "\nafter"
    block = entity("expandable_blockquote", 6, len(text) - 12)
    message_id = await send(api, text, block)
    quote = page.locator("blockquote .quotation-text")
    folded = await height(quote)
    await page.click(".fold")
    opened = await height(quote)
    assert opened > 2 * folded
    await expect(page.locator(".fold")).to_have_attribute("aria-expanded", "true")
    place = {"chat_id": READER, "message_id": message_id}
    await api.result("editMessageText", **place, text=text + " edited", entities=[block])
    await expect(page.locator(".theirs .text")).to_contain_text("edited")
    await expect(page.locator(".fold")).to_have_attribute("aria-expanded", "true")
    await page.click(".fold")
    assert await height(quote) == folded


async def test_a_short_quotation_has_nothing_to_unfold(page: Page, api: BareClient) -> None:
    await send(api, "one line", entity("expandable_blockquote", 0, 8))
    await expect(page.locator("blockquote")).to_be_visible()
    await expect(page.locator(".fold")).to_be_hidden()


async def test_spoilers_times_and_commands_do_what_they_should(
    page: Page, api: BareClient, server: PlaygroundServer
) -> None:
    await send(
        api, "secret /help then", entity("spoiler", 0, 6), entity("date_time", 13, 4, unix_time=1_700_000_000)
    )
    await page.click(".spoiler")
    await expect(page.locator(".spoiler.shown")).to_have_text("secret")
    await expect(page.locator(".text time")).to_have_attribute("datetime", "2023-11-14T22:13:20.000Z")
    await page.click(".text .command")
    [queued] = await server.wait_for(lambda: server.updates.pending)
    assert queued.update["message"]["text"] == "/help"


async def test_drafts_reactions_deletions_and_chips_show(
    page: Page, api: BareClient, server: PlaygroundServer
) -> None:
    await api.result("setMyCommands", commands=[{"command": "start", "description": "What I do"}])
    await page.click(".chip-command")
    await server.wait_for(lambda: server.updates.pending)
    await api.result("sendMessageDraft", chat_id=READER, draft_id=3, text="")
    await expect(page.locator(".draft")).to_contain_text("Thinking…")
    message_id = await send(api, "Done")
    await expect(page.locator(".draft")).to_have_count(0)
    place = {"chat_id": READER, "message_id": message_id}
    await api.result("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "★"}])
    await expect(page.locator(".reactions")).to_have_text("★")
    await api.result("deleteMessage", **place)
    await expect(page.locator(".theirs")).to_have_count(0)


async def test_a_message_that_asks_for_a_reply_opens_one(
    page: Page, api: BareClient, server: PlaygroundServer
) -> None:
    asked = await send(api, "Your question?", reply_markup={"force_reply": True})
    await expect(page.locator("#replying-text")).to_have_text("Your question?")
    await page.locator("#text").fill("Who?")
    await page.click("#send")
    [queued] = await server.wait_for(lambda: server.updates.pending)
    assert queued.update["message"]["reply_to_message"]["message_id"] == asked


async def test_a_draft_grows_in_its_place_and_the_message_takes_it(page: Page, api: BareClient) -> None:
    bold = entity("bold", 3, 5)
    for text in ("Of Talks", "Of Talks\n\n• The first."):
        await api.result("sendMessageDraft", chat_id=READER, draft_id=3, text=text, entities=[bold])
        await expect(page.locator(".draft .text")).to_have_text(text)
    await expect(page.locator(".draft strong")).to_have_text("Talks")
    await expect(page.locator(".dots")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".draft .text")).to_contain_text("The first.")
    await send(api, "Of Talks\n\n• The first.\n• The second.")
    await expect(page.locator(".draft")).to_have_count(0)
    await expect(page.locator(".theirs .text")).to_contain_text("The second.")


async def test_a_time_with_a_format_is_worded_by_the_reader_s_clock(page: Page, api: BareClient) -> None:
    moment = {"unix_time": 1_700_000_000, "date_time_format": "Dt"}
    await send(api, "14 Nov 2023, 22:13 UTC", entity("date_time", 0, 22, **moment))
    worded = await page.evaluate(
        """() => new Date(1700000000000).toLocaleString(undefined,
        { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" })"""
    )
    await expect(page.locator(".text time")).to_have_text(worded)


async def test_the_sample_and_a_file_can_be_sent(page: Page, server: PlaygroundServer) -> None:
    await page.click("#sample")
    await expect(page.locator("#text")).not_to_have_value("")
    await page.click("#send")
    await server.wait_for(lambda: len(server.updates.pending) == 1)
    assert len(server.messages(READER)[0].text.split()) > 150
    vote = FilePayload(name="vote.txt", mimeType="text/plain", buffer=b"The council voted.")
    await page.set_input_files("#file", files=vote)
    await expect(page.locator(".file-name")).to_contain_text("vote.txt")
    await server.wait_for(lambda: len(server.updates.pending) == 2)


async def test_a_reply_names_its_message(page: Page, api: BareClient, server: PlaygroundServer) -> None:
    message_id = await send(api, "A brief")
    await page.hover(".theirs .bubble")
    await page.click(".theirs .answer")
    await expect(page.locator("#replying-text")).to_have_text("A brief")
    await page.fill("#text", "and why?")
    await page.press("#text", "Enter")
    [queued] = await server.wait_for(lambda: server.updates.pending)
    assert queued.update["message"]["reply_to_message"]["message_id"] == message_id
    await expect(page.locator(".mine .reply")).to_contain_text("A brief")


async def test_a_reload_shows_the_same_chat(page: Page, api: BareClient, server: PlaygroundServer) -> None:
    server.add_group(-1_001_234, "Readers")
    await send(api, "Private answer")
    await api.result("sendMessage", chat_id=-1_001_234, text="Group answer")
    await page.reload()
    await expect(page.locator(".theirs .text")).to_have_text("Private answer")
    await page.select_option("#chat", label="Readers")
    await expect(page.locator(".theirs .text")).to_have_text("Group answer")


async def test_nothing_of_the_page_is_wider_than_a_phone(page: Page, api: BareClient) -> None:
    rows = [[{"text": f"A long button {n}", "callback_data": str(n)} for n in range(3)]]
    await send(api, "https://a.example/" + "x" * 400, reply_markup={"inline_keyboard": rows})
    await expect(page.locator(".theirs")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    assert await page.evaluate("document.querySelector('#scroll').scrollWidth") <= 390


async def test_the_page_says_when_the_playground_has_stopped(browser: Browser) -> None:
    page = await browser.new_page()
    async with PlaygroundServer() as server:
        await page.goto(server.page_url)
        await expect(page.locator("#status")).to_have_text("bot")
    await expect(page.locator("#status")).to_contain_text("has stopped")
    await page.close()
