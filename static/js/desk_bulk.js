// The bar for what was chosen: it says how many, and what is about to happen, before it happens.

import { cards, put, send, showPanel } from "./desk.js";

const bar = document.querySelector("form[data-bulk]");
const home = document.querySelector("[data-bulk-panel]");

const chosen = () => document.querySelectorAll("[data-card] [name=chosen]:checked").length;

function show() {
  bar.querySelector("[data-chosen-count]").textContent = chosen();
  bar.toggleAttribute("data-idle", chosen() === 0);
  if (chosen() === 0) home.replaceChildren();
}

// All that stand on the page by now, not only those it came with.
function readAll(form) {
  for (const input of form.querySelectorAll("[name=chosen]")) input.remove();
  for (const card of cards()) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "chosen", value: card.dataset.card });
    form.append(input);
  }
}

if (bar) {
  show();
  document.addEventListener("change", (event) => event.target.name === "chosen" && show());
  document.addEventListener("desk:decided", () => {
    home.replaceChildren();
    show();
  });
  bar.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await send(bar, event.submitter);
    if (!answer) return;
    if (answer.querySelector("[data-line]")) put(answer, bar);
    else showPanel(home, answer);
  });
  // Before desk.js reads the form, which listens further up.
  document.querySelector("[data-read-all]")?.addEventListener("submit", (event) => readAll(event.target));
}
