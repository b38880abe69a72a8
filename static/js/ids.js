// Choosing an ID marks what the same person wrote on this page, says how many
// comments there are under the article and leads to each. The link leads to a
// page that lists them; with a modifier key it is followed.

import { fragment } from "./thread.js";

const bar = document.createElement("div");
bar.className = "chosen";
bar.innerHTML = '<div role="status"></div><div></div>';
const [status, rest] = bar.children;
let chosen = null;

function mark() {
  for (const link of document.querySelectorAll(".thread .comment__meta [data-id]")) {
    const same = link.dataset.id === chosen?.dataset.id;
    link.closest(".comment").classList.toggle("comment--chosen", same);
    if (same) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function end() {
  const back = bar.contains(document.activeElement) && chosen;
  chosen = null;
  mark();
  bar.remove();
  status.replaceChildren();
  rest.replaceChildren();
  if (back) back.focus();
}

async function choose(link) {
  chosen = link;
  mark();
  status.replaceChildren();
  rest.replaceChildren();
  // After the comment, so that the keyboard finds it soon; an empty status is there before its text.
  link.closest(".comment").after(bar);
  try {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) throw new Error(answer.status);
    const content = fragment(await answer.text());
    if (chosen !== link) return;
    status.replaceChildren(content.querySelector(".chosen__count"));
    rest.replaceChildren(...content.firstElementChild.children);
  } catch {
    // The page behind the link says what is wrong.
    if (chosen === link) location.assign(link.href);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".thread .comment__meta a[data-id]");
  if (event.target.closest("[data-chosen-end]")) end();
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.id === chosen?.dataset.id) end();
  else choose(link);
});
document.addEventListener("keydown", (event) => {
  // In a field Escape belongs to the field, and during kana conversion to the input method.
  if (event.key === "Escape" && chosen && !event.isComposing && !event.target.closest("form")) end();
});
document.addEventListener("comment:arrived", mark);
document.addEventListener("comment:posted", mark);
