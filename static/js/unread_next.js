// Goes from one marked comment to the next, by a button or the key n.

import { unfold } from "./thread.js";

const button = document.querySelector("[data-unread-next]");
let current = null;

function next() {
  const items = [...document.querySelectorAll(".thread__item--unread")];
  if (!items.length) return;
  // Asked again each time: comments that arrive meanwhile stand in between.
  current = items[(items.indexOf(current) + 1) % items.length];
  unfold(current);
  current.tabIndex = -1;
  current.focus({ preventScroll: true });
  current.scrollIntoView({ block: "start" });
}

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]");
}

button.addEventListener("click", next);
document.addEventListener("keydown", (event) => {
  if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!isTyping(event.target)) next();
});
