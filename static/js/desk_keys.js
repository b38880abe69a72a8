// Single keys for whoever works without a mouse. What a key does, its button says in `data-key`:
// of the bar when something is chosen, else of the card with the focus, else of the queues.

import { cards } from "./desk.js";

const OFF = "desk_keys_off";

const help = document.querySelector("[data-keys]");
const toggle = document.querySelector("[data-keys-on]");

// Speech input types letters by accident (WCAG 2.1.4), so the keys can be turned off.
try {
  toggle.checked = localStorage.getItem(OFF) === null;
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
} catch {
  // Storage is forbidden: the choice holds for this page.
}

// A dialog keeps the focus after it was closed, until the page is next drawn.
const TYPING = "textarea, select, dialog[open], [contenteditable], input:not([type=checkbox])";
const isTyping = (target) => target.closest(TYPING);
const current = () => document.activeElement.closest("[data-card]");

function step(by) {
  const all = cards();
  const at = all.indexOf(current());
  const next = at < 0 ? all[0] : all[at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

// Of the undo buttons the one of the line that came last.
function lastUndo() {
  const lines = [...document.querySelectorAll("[data-line]")];
  const last = lines.reduce((best, line) => (Number(line.dataset.turn) > Number(best?.dataset.turn ?? 0) ? line : best), null);
  return last?.querySelector("[data-key=u]");
}

function act(key) {
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "u") return lastUndo()?.click();
  const card = current() ?? cards()[0];
  const places = [document.querySelector("[data-bulk]:not([data-idle])"), card, document.querySelector("nav.desk-queues")];
  const button = places.map((place) => place?.querySelector(`[data-key="${key}"]`)).find(Boolean);
  button?.click();
}

const button = document.querySelector("[data-help]");
button.hidden = false;
button.addEventListener("click", () => help.showModal());

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  if (event.key === "?") return help.showModal();
  if (!toggle.checked || event.shiftKey || !/^[a-z1-8]$/.test(event.key)) return;
  event.preventDefault();
  act(event.key);
});
