// On lists: how many comments an article has got since this reader saw it.

import { readSeen } from "./seen.js";

const seen = readSeen();
for (const summary of document.querySelectorAll("[data-last-number]")) {
  const mark = summary.querySelector("[data-new]");
  const more = Number(summary.dataset.lastNumber) - seen.get(summary.dataset.article)?.seen;
  // An article never seen gives NaN: no mark.
  if (!mark || !(more > 0)) continue;
  mark.querySelector("[data-new-number]").textContent = more;
  mark.hidden = false;
}
