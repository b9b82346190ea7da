// A message as DOM nodes.

import { textNodes } from "./emoji.js";
import { element, render } from "./entities.js";

/** Return the node of a message; `actions` says who `me` is and what its buttons do. */
export function messageNode(message, actions) {
  const mine = message.from.id === actions.me;
  const text = message.text ?? message.caption ?? "";
  const parts = [];
  if (!mine && message.chat.id < 0) parts.push(element("p", { className: "sender" }, [message.from.first_name]));
  if (message.reply_to_message) parts.push(replyNode(message, actions));
  if (message.document) parts.push(fileNode(message.document));
  const content = element("div", { className: "text", dir: "auto" });
  content.append(...render(text, message.entities ?? message.caption_entities, actions.send));
  if (text) parts.push(content);
  parts.push(metaNode(message));
  const bubble = element("div", { className: "bubble" }, parts);
  const node = element("article", { className: `message ${mine ? "mine" : "theirs"}` }, [bubble]);
  node.setAttribute("aria-label", mine ? "You" : message.from.first_name);
  Object.assign(node.dataset, { id: message.message_id, chat: message.chat.id });
  if (message.reply_markup) node.append(keyboardNode(message, actions));
  if (message.reactions.length) node.append(reactionsNode(message.reactions));
  node.append(replyButton(message, actions));
  return node;
}

function replyNode(message, actions) {
  const target = message.reply_to_message;
  const snippet = message.quote?.text ?? target.text ?? target.caption ?? target.document?.file_name ?? "";
  const node = element("button", { type: "button", className: "reply" }, [
    element("b", {}, [target.from.id === actions.me ? "You" : target.from.first_name]),
    element("span", {}, [snippet.slice(0, 120)]),
  ]);
  node.addEventListener("click", () => actions.jump(target.message_id));
  return node;
}

function fileNode(file) {
  const size = file.file_size < 1024 * 100 ? `${Math.ceil(file.file_size / 1024)} kB` : `${(file.file_size / 1048576).toFixed(1)} MB`;
  return element("div", { className: "file" }, [
    element("span", { className: "file-icon", ariaHidden: "true" }, [extension(file.file_name)]),
    element("span", { className: "file-name" }, [file.file_name, element("small", {}, [size])]),
  ]);
}

function extension(name) {
  return (name.includes(".") ? name.split(".").pop() : "file").slice(0, 4);
}

function metaNode(message) {
  const date = new Date(message.date * 1000);
  const time = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  const shown = element("time", { dateTime: date.toISOString() }, [time]);
  return element("p", { className: "meta" }, message.edit_date ? ["edited ", shown] : [shown]);
}

function keyboardNode(message, actions) {
  const rows = message.reply_markup.inline_keyboard.map((row) =>
    element("div", { className: "row" }, row.map((button) => buttonNode(message, button, actions))));
  return element("div", { className: "keyboard" }, rows);
}

function buttonNode(message, button, actions) {
  if (button.url) {
    const away = element("span", { className: "away", ariaHidden: "true" }, ["↗"]);
    return element("a", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, [...textNodes(button.text), away]);
  }
  const node = element("button", { type: "button" }, textNodes(button.text));
  node.addEventListener("click", () => actions.press(node, message, button));
  return node;
}

function reactionsNode(reactions) {
  const shown = reactions.map(({ emoji }) => element("span", {}, textNodes(emoji ?? "★")));
  return element("p", { className: "reactions", ariaLabel: "Reactions" }, shown);
}

function replyButton(message, actions) {
  const node = element("button", { type: "button", className: "plain answer", title: "Reply", ariaLabel: "Reply" }, ["↩"]);
  node.addEventListener("click", () => actions.reply(message));
  return node;
}
