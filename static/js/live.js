// Asks for newer comments while the page is open and offers them; only when
// the reader wants them are they put into their places, so the text never jumps.

import { fragment, insert } from "./thread.js";

const EVERY_MILLISECONDS = 30_000;
const LONGEST_MILLISECONDS = 10 * 60_000;

const bar = document.querySelector("[data-live]");
const button = bar.querySelector("[data-live-show]");
const elsewhere = bar.querySelector("[data-live-elsewhere]");
let since = Number(bar.dataset.lastNumber);
let pause = EVERY_MILLISECONDS;
let timer = 0;
let waiting = [];
let count = null;
let stamp = "";

function take(content) {
  const items = [...content.querySelectorAll("li[data-parent]")];
  since = Math.max(since, ...items.map((item) => Number(item.id.slice(1))));
  waiting.push(...items);
  count = content.querySelector(".discussion__count");
  offer();
}

function offer() {
  // What this reader has posted in the meantime is on the page already.
  waiting = waiting.filter((item) => !document.getElementById(item.id));
  button.textContent = button.dataset.text.replace("{n}", waiting.length);
  button.hidden = waiting.length === 0;
}

function show() {
  const shown = waiting.filter((item) => insert(item));
  for (const item of waiting.filter((item) => !shown.includes(item))) {
    elsewhere.hidden = false;
    elsewhere.append(" ", item.querySelector(".comment__number"));
  }
  waiting = [];
  if (count) document.querySelector(".discussion__count").replaceWith(count);
  count = null;
  document.dispatchEvent(new CustomEvent("comment:arrived", { detail: { items: shown } }));
  const first = shown[0] ?? elsewhere;
  first.tabIndex = -1;
  first.focus();
  offer();
}

// The form of a page that stays open is kept young. Always with the stamp of
// the time before: with the last one, what is sent just now would seem typed
// within a second.
function renew(next) {
  const field = document.querySelector("form[data-comment-form] [name=stamp]");
  if (field && stamp) field.value = stamp;
  stamp = next ?? "";
}

async function ask() {
  try {
    const answer = await fetch(bar.dataset.live.replace(/0\/$/, `${since}/`));
    if (!answer.ok) throw new Error(answer.status);
    renew(answer.headers.get("X-Form-Stamp"));
    if (answer.status === 200) take(fragment(await answer.text()));
    pause = EVERY_MILLISECONDS;
  } catch {
    pause = Math.min(pause * 2, LONGEST_MILLISECONDS);
  }
  plan();
}

function plan() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(ask, pause);
}

button.addEventListener("click", show);
document.addEventListener("visibilitychange", plan);
document.addEventListener("comment:posted", offer);
plan();
