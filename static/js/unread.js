// Marks the comments that came since this reader's last visit, and counts them.

import { readSeen, remember } from "./seen.js";

const bar = document.querySelector("[data-unread]");
const { article, lastNumber } = bar.dataset;
const known = readSeen().get(article);
let seen = Math.max(Number(lastNumber), known?.seen ?? 0);

// Going to another page of the same discussion is the same visit; a reload is a new one.
function isSameVisit() {
  const [entry] = performance.getEntriesByType("navigation");
  return entry?.type !== "reload" && document.referrer.startsWith(location.origin + location.pathname);
}

function numberOf(item) {
  return Number(item.id.slice(1));
}

function mark(item) {
  const comment = item.querySelector(".comment__meta");
  if (!comment || item.classList.contains("thread__item--unread")) return;
  item.classList.add("thread__item--unread");
  comment.append(bar.querySelector("template").content.cloneNode(true));
}

function count() {
  const status = bar.querySelector("[data-unread-count]");
  const number = document.querySelectorAll(".thread__item--unread").length;
  bar.querySelector("[data-unread-next]").hidden = number === 0;
  status.textContent = number ? status.dataset.text.replace("{n}", number) : "";
}

const before = known && (isSameVisit() ? known.before : known.seen);
if (before !== undefined) {
  for (const item of document.querySelectorAll(".thread__item[id^=c]")) if (numberOf(item) > before) mark(item);
}
count();
remember(article, seen, before ?? seen);

document.addEventListener("comment:arrived", ({ detail }) => {
  for (const item of detail.items) mark(item);
  seen = Math.max(seen, ...detail.items.map(numberOf));
  remember(article, seen, before ?? seen);
  count();
});
document.addEventListener("comment:posted", ({ detail }) => {
  // One's own comment is nothing new, unless others came before it.
  if (detail?.number !== seen + 1) return;
  seen = detail.number;
  remember(article, seen, before ?? seen);
});
