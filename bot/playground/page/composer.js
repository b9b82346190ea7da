// What the person does: write, attach, reply.

import { post, showToast } from "./wire.js";

const $ = (id) => document.getElementById(id);
const field = $("text");
const MAX_FILE_MB = 20;
let chatId = 0;
let replyTo = null;

/** Write into this chat from now on. */
export function enterChat(id) {
  chatId = id;
  endReply();
}

/** Send a text; returns null when that failed. */
export async function send(text) {
  const body = { chat_id: chatId, text };
  if (replyTo) body.reply_to = replyTo;
  endReply();
  return await post("send", body);
}

async function submit() {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  resize();
  if (!await send(text)) field.value = text;
  resize();
}

async function sendFile(file) {
  if (!file) return;
  if (file.size > MAX_FILE_MB * 1048576) {
    showToast(`That file is larger than ${MAX_FILE_MB} MB.`);
    return;
  }
  const form = new FormData();
  form.append("chat_id", chatId);
  form.append("caption", field.value.trim());
  form.append("file", file);
  if (await post("upload", form)) field.value = "";
  resize();
}

/** Let the next text reply to a message. */
export function startReply(message) {
  replyTo = message.message_id;
  $("replying-text").textContent = (message.text ?? message.caption ?? message.document?.file_name ?? "").slice(0, 140);
  $("replying").hidden = false;
  field.focus();
}

function endReply() {
  replyTo = null;
  $("replying").hidden = true;
}

function resize() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 168)}px`;
  $("send").disabled = !field.value.trim();
}

field.addEventListener("input", resize);
field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") endReply();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
field.addEventListener("paste", (event) => {
  const [file] = event.clipboardData.files;
  if (!file || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  sendFile(file);
});
$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => {
  sendFile($("file").files[0]);
  $("file").value = "";
});
$("replying-end").addEventListener("click", endReply);
$("sample").addEventListener("click", async () => {
  field.value = (await (await fetch("/page/sample.txt")).text()).trim();
  resize();
  field.focus();
  field.setSelectionRange(0, 0);
  field.scrollTop = 0;
});

let depth = 0; // dragenter and dragleave come for every element the file passes over
addEventListener("dragenter", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  depth += 1;
  $("drop").hidden = false;
});
addEventListener("dragleave", () => {
  depth = Math.max(0, depth - 1);
  $("drop").hidden = depth === 0;
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  depth = 0;
  $("drop").hidden = true;
  sendFile(event.dataTransfer.files[0]);
});

resize();
