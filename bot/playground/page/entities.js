// Text with entities as DOM nodes. Offsets are UTF-16 units, which is what JavaScript's strings count in.
// Text only ever enters the page through text nodes, and an address only when its scheme is a known one.

import { textNodes } from "./emoji.js";

const BLOCKS = new Set(["blockquote", "expandable_blockquote"]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** Return the nodes that show `text`; `onCommand` is called with a command that was clicked. */
export function render(text, entities, onCommand) {
  const ranges = (entities ?? []).map((entity) => ({ entity, start: entity.offset, end: entity.offset + entity.length }));
  const blocks = ranges.filter((range) => BLOCKS.has(range.entity.type)).sort(inOrder);
  const inline = ranges.filter((range) => !BLOCKS.has(range.entity.type));
  const nodes = [];
  let at = 0;
  for (const block of blocks) {
    nodes.push(...nest(text, at, block.start, inline, onCommand));
    nodes.push(quotation(block.entity, nest(text, block.start, block.end, inline, onCommand)));
    at = text[block.end] === "\n" ? block.end + 1 : block.end; // the quotation is a block: it ends its line itself
  }
  nodes.push(...nest(text, at, text.length, inline, onCommand));
  return nodes;
}

/** Nest ranges into a tree; one that crosses another's end is cut there and goes on behind it. */
function nest(text, start, end, ranges, onCommand) {
  const nodes = [];
  let at = start;
  let queue = clip(ranges, start, end);
  while (queue.length) {
    const [first, ...others] = queue;
    if (first.start > at) nodes.push(...textNodes(text.slice(at, first.start)));
    const children = nest(text, first.start, first.end, others, onCommand);
    nodes.push(wrap(first.entity, text.slice(first.start, first.end), children, onCommand));
    at = first.end;
    queue = clip(others, at, end);
  }
  if (at < end) nodes.push(...textNodes(text.slice(at, end)));
  return nodes;
}

function clip(ranges, start, end) {
  return ranges
    .map((range) => ({ ...range, start: Math.max(range.start, start), end: Math.min(range.end, end) }))
    .filter((range) => range.start < range.end)
    .sort(inOrder);
}

function inOrder(a, b) {
  return a.start - b.start || b.end - a.end;
}

function wrap(entity, covered, children, onCommand) {
  if (TAGS[entity.type]) return element(TAGS[entity.type], {}, children);
  switch (entity.type) {
    case "text_link": return link(entity.url, children);
    case "url": return link(/^[a-z][a-z0-9+.-]*:\/\//i.test(covered) ? covered : `https://${covered}`, children);
    case "email": return link(`mailto:${covered}`, children);
    case "phone_number": return link(`tel:${covered}`, children);
    case "spoiler": return spoiler(children);
    case "date_time": return moment(entity, children);
    case "bot_command": return command(covered, children, onCommand);
    default: return element("span", { className: `entity ${entity.type}` }, children);
  }
}

function link(address, children) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return element("span", {}, children);
  }
  if (!SCHEMES.has(url.protocol)) return element("span", {}, children);
  return element("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", title: url.href }, children);
}

function spoiler(children) {
  const node = element("button", { type: "button", className: "spoiler", title: "Show" }, children);
  node.addEventListener("click", () => node.classList.add("shown"), { once: true });
  return node;
}

function moment(entity, children) {
  const date = new Date(entity.unix_time * 1000);
  if (Number.isNaN(date.getTime())) return element("span", {}, children);
  const title = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  const own = asAsked(date, entity.date_time_format ?? "");
  return element("time", { dateTime: date.toISOString(), title }, own ? [own] : children);
}

/** Word a moment by this computer's clock, as a format such as "wDt" asks for; nothing where the text is to stay. */
function asAsked(date, format) {
  if (!/^w?[dD]?[tT]?$/.test(format) || !format) return "";
  const has = (letter) => format.includes(letter);
  const options = {};
  if (has("w")) options.weekday = "short";
  if (has("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (has("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (has("t") || has("T")) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (has("T")) options.second = "2-digit";
  return date.toLocaleString(undefined, options);
}

function command(covered, children, onCommand) {
  const node = element("button", { type: "button", className: "command" }, children);
  node.addEventListener("click", () => onCommand(covered));
  return node;
}

function quotation(entity, children) {
  const body = element("div", { className: "quotation-text" }, children);
  const node = element("blockquote", {}, [body]);
  if (entity.type === "expandable_blockquote") fold(node, body);
  return node;
}

/** Fold a quotation to three lines, with a button where there is more. */
function fold(node, body) {
  const button = element("button", { type: "button", className: "fold" });
  const show = (open) => {
    node.classList.toggle("folded", !open);
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? "Show less" : "Show all");
  };
  const toggle = () => show(node.classList.contains("folded"));
  button.addEventListener("click", toggle);
  body.addEventListener("click", (event) => {
    if (!event.target.closest("a, button") && getSelection().isCollapsed && !button.hidden) toggle();
  });
  node.classList.add("expandable");
  node.append(button);
  show(false);
  new ResizeObserver(() => {
    if (node.classList.contains("folded")) button.hidden = body.scrollHeight <= body.clientHeight + 2;
  }).observe(body);
}

/** Make an element; properties are set as properties, children are nodes or text. */
export function element(tag, properties = {}, children = []) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}
