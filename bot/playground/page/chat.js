// The chat: what the server says, shown.

import { enterChat, send, startReply } from "./composer.js";
import { element, render } from "./entities.js";
import { messageNode } from "./messages.js";
import { listen, post, showAlert, showToast } from "./wire.js";

const $ = (id) => document.getElementById(id);
const log = $("log");

const state = { me: 0, bot: null, chat: 0, chats: new Map(), messages: new Map(), drafts: {} };
const typing = { timer: 0, node: null };
const draft = { timer: 0, node: null, id: 0 };
const actions = { me: 0, send, press, reply: startReply, jump };

// What the server says

const handlers = {
  snapshot(event) {
    Object.assign(state, { me: event.me, bot: event.bot, drafts: event.drafts });
    state.chats = new Map(event.chats.map((chat) => [chat.id, chat]));
    state.messages = new Map(event.chats.map((chat) => [chat.id, new Map()]));
    for (const message of Object.values(event.messages).flat()) keep(message);
    state.chat = state.chats.has(state.chat) ? state.chat : event.me;
    $("bot-name").textContent = event.bot.first_name;
    actions.me = event.me;
    enterChat(state.chat);
    showStatus("bot");
    showChats();
    showCommands(event.commands);
    showChat();
  },
  chat({ chat }) {
    state.chats.set(chat.id, chat);
    if (!state.messages.has(chat.id)) state.messages.set(chat.id, new Map());
    showChats();
  },
  message({ message }) {
    const kept = keep(message);
    if (message.chat.id !== state.chat) return;
    if (isBot(message)) stopTyping();
    showMessage(kept);
  },
  edit({ message }) {
    if (!message.chat) return;
    const before = state.messages.get(message.chat.id)?.get(message.message_id);
    const kept = keep({ ...message, reactions: before?.reactions ?? [] });
    if (message.chat.id === state.chat) showMessage(kept);
  },
  delete({ chat_id, message_id }) {
    state.messages.get(chat_id)?.delete(message_id);
    if (chat_id === state.chat) find(message_id)?.remove();
    showWelcome();
  },
  reaction({ chat_id, message_id, reactions }) {
    const message = state.messages.get(chat_id)?.get(message_id);
    if (!message) return;
    message.reactions = reactions;
    if (chat_id === state.chat) showMessage(message);
  },
  draft({ chat_id, draft: content }) {
    state.drafts[chat_id] = content;
    if (chat_id === state.chat) showDraft(content);
  },
  force_reply({ chat_id, message_id }) {
    if (chat_id === state.chat) startReply(state.messages.get(chat_id).get(message_id));
  },
  action({ chat_id }) {
    if (chat_id === state.chat) showTyping();
  },
  commands({ commands }) {
    showCommands(commands);
  },
};

function keep(message) {
  const chat = message.chat.id;
  if (!state.messages.has(chat)) state.messages.set(chat, new Map());
  const kept = { reactions: [], ...message };
  state.messages.get(chat).set(message.message_id, kept);
  return kept;
}

// Messages

function showChat() {
  showDraft(null);
  const shown = state.messages.get(state.chat) ?? new Map();
  for (const node of [...log.querySelectorAll(".message")]) {
    if (node.dataset.chat !== String(state.chat) || !shown.has(Number(node.dataset.id))) node.remove();
  }
  for (const message of shown.values()) showMessage(message);
  showDraft(state.drafts[state.chat]);
  showWelcome();
  follow($("scroll"), [...log.querySelectorAll(".message")].at(-1));
}

function showMessage(message) {
  const box = $("scroll");
  const wasAtEnd = isAtEnd(box);
  const before = find(message.message_id);
  const version = JSON.stringify(message);
  if (before?.version === version) return;
  const node = messageNode(message, actions);
  node.version = version;
  if (before) replace(before, node);
  else log.insertBefore(node, draft.node ?? typing.node);
  showWelcome();
  if (wasAtEnd || !isBot(message)) follow(box, node);
}

/** Put an edited message in its place; unfolded quotations stay unfolded, and the focus stays on the buttons. */
function replace(before, node) {
  const open = new Set([...before.querySelectorAll(".expandable:not(.folded)")].map((quote) => quote.textContent));
  const hadFocus = before.querySelector(".keyboard")?.contains(document.activeElement);
  before.replaceWith(node);
  for (const quote of node.querySelectorAll(".expandable")) {
    if (open.has(quote.textContent)) quote.querySelector(".fold").click();
  }
  if (hadFocus) node.querySelector(".keyboard button")?.focus({ preventScroll: true });
}

/** Keep the end in sight, but never scroll the beginning of a long answer away. */
function follow(box, node) {
  const isLast = [...log.querySelectorAll(".message")].at(-1) === node;
  if (node?.classList.contains("theirs") && isLast && node.offsetHeight > box.clientHeight - 24) box.scrollTop = node.offsetTop - 12;
  else box.scrollTop = box.scrollHeight;
}

async function press(node, message, button) {
  if (button.copy_text) {
    await navigator.clipboard.writeText(button.copy_text.text);
    showToast("Copied");
    return;
  }
  if (node.classList.contains("waiting")) return;
  node.classList.add("waiting");
  const place = { chat_id: message.chat.id, message_id: message.message_id };
  const answer = await post("press", { ...place, data: button.callback_data });
  node.classList.remove("waiting");
  if (!answer?.text) return;
  if (answer.show_alert) showAlert(answer.text);
  else showToast(answer.text);
}

function jump(id) {
  find(id)?.scrollIntoView({ block: "center" });
}

function find(id) {
  return log.querySelector(`.message[data-id="${id}"][data-chat="${state.chat}"]`);
}

function isBot(message) {
  return message.from.id === state.bot.id;
}

// What comes and goes

function showTyping() {
  clearTimeout(typing.timer);
  typing.timer = setTimeout(stopTyping, 5500);
  showStatus("typing…");
  if (typing.node) return;
  const dots = [1, 2, 3].map(() => element("i"));
  typing.node = element("div", { className: "dots", ariaHidden: "true" }, dots);
  append(typing.node);
}

function stopTyping() {
  clearTimeout(typing.timer);
  typing.node?.remove();
  typing.node = null;
  showStatus("bot");
}

/** Show a draft, or let the one that is shown grow; nothing ends it. */
function showDraft(content) {
  clearTimeout(draft.timer);
  if (!content || draft.id !== content.draft_id) {
    draft.node?.remove();
    Object.assign(draft, { node: null, id: content?.draft_id });
  }
  if (!content) return;
  draft.timer = setTimeout(() => showDraft(null), 30_000); // a draft lasts that long on Telegram
  stopTyping();
  const text = element("div", { className: "text", dir: "auto" }, render(content.text || "Thinking…", content.entities, send));
  const bubble = element("div", { className: "bubble" }, [text]);
  const node = element("div", { className: "message theirs draft" }, [bubble]);
  const box = $("scroll");
  const wasAtEnd = isAtEnd(box);
  if (draft.node) draft.node.replaceWith(node);
  else log.append(node);
  draft.node = node;
  showWelcome();
  if (wasAtEnd) follow(box, node);
}

function isAtEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
}

function append(node) {
  const box = $("scroll");
  const wasAtEnd = isAtEnd(box);
  log.append(node);
  if (wasAtEnd) box.scrollTop = box.scrollHeight;
}

function showStatus(text, isProblem = false) {
  $("status").textContent = text;
  $("status").classList.toggle("problem", isProblem);
}

function showWelcome() {
  $("welcome").hidden = Boolean(log.querySelector(".message"));
}

function showCommands(commands) {
  for (const node of $("chips").querySelectorAll(".chip-command")) node.remove();
  for (const { command, description } of commands) {
    const chip = element("button", { type: "button", className: "chip chip-command", title: description }, [`/${command}`]);
    chip.addEventListener("click", () => send(`/${command}`));
    $("chips").append(chip);
  }
}

function showChats() {
  const options = [...state.chats.values()].map((chat) =>
    element("option", { value: chat.id, selected: chat.id === state.chat }, [chat.id === state.me ? "Private chat" : chat.title ?? chat.first_name]));
  $("chat").replaceChildren(...options);
  $("chats").hidden = options.length < 2;
}

$("chat").addEventListener("change", () => {
  state.chat = Number($("chat").value);
  enterChat(state.chat);
  stopTyping();
  showChat();
});

listen(
  (event) => handlers[event.kind]?.(event),
  () => showStatus("the playground has stopped; start it again with make run", true),
);
