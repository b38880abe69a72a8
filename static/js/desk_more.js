// Brings the next page of the queue before the cards run out, so that a shift needs no reload.

import { cards } from "./desk.js";
import { ask } from "./desk_ask.js";

const FEWEST = 10;

let isAsking = false;

async function fetchMore(link) {
  if (isAsking) return;
  isAsking = true;
  const fresh = await ask(link.href);
  isAsking = false;
  if (!fresh) return;
  // What an undo has put back may come again.
  for (const card of fresh.querySelectorAll("[data-card]")) {
    if (document.getElementById(card.id)) card.remove();
  }
  link.closest(".desk-more").replaceWith(fresh);
  document.querySelector("[data-empty]").hidden = cards().length > 0;
}

document.addEventListener("desk:decided", () => {
  const link = document.querySelector("a[data-more]");
  if (link && cards().length < FEWEST) fetchMore(link);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-more]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  fetchMore(link).then(() => cards().at(-1)?.focus());
});
