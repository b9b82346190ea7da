// The way to the playground's server, and what it has to say to the person.

const toastElement = document.getElementById("toast");
let toastTimer = 0;

/** Send what the person did; returns the answer, or null after telling the person why there is none. */
export async function post(path, body) {
  const isForm = body instanceof FormData;
  const options = { method: "POST", body: isForm ? body : JSON.stringify(body) };
  if (!isForm) options.headers = { "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(`/playground/${path}`, options);
  } catch {
    showToast("The playground does not answer. Start it again with make run.");
    return null;
  }
  const content = await answer.json().catch(() => ({}));
  if (answer.ok) return content;
  showToast(content.error ?? "That did not work.");
  return null;
}

/** Call `handle` with each event, and `broken` when the server goes away; the browser reconnects by itself. */
export function listen(handle, broken) {
  const events = new EventSource("/playground/events");
  events.onmessage = ({ data }) => handle(JSON.parse(data));
  events.onerror = broken;
}

/** Show a short line for some seconds. */
export function showToast(text) {
  clearTimeout(toastTimer);
  toastElement.textContent = text;
  toastElement.hidden = false;
  toastTimer = setTimeout(() => { toastElement.hidden = true; }, 4500);
}

/** Show a text that the person has to dismiss. */
export function showAlert(text) {
  document.getElementById("alert-text").textContent = text;
  document.getElementById("alert").showModal();
}
