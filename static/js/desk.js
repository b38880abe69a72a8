// A decision without leaving the page: its card gives way to one line that says what happened.

import { ask, say } from "./desk_ask.js";

const list = document.querySelector("[data-cards]");
let turn = 0;

export const cards = () => [...(list?.querySelectorAll("[data-card]") ?? [])];

export function showPanel(home, fresh) {
  home.replaceChildren(fresh);
  (home.querySelector("[data-first]") ?? home.querySelector("input:checked, [type=submit]"))?.focus();
}

function showCounts(answer) {
  for (const fresh of answer.querySelectorAll("[data-fresh]")) {
    const shown = document.querySelector(`[data-count="${fresh.dataset.fresh}"]`);
    if (shown) shown.textContent = fresh.textContent;
    fresh.remove();
  }
}

// Where the focus goes: what was put back, else what comes next, else what came before.
function focusAfter(line) {
  const all = cards();
  const isBehind = (card) => line.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING;
  (all.find(isBehind) ?? all.at(-1) ?? document.querySelector("[data-title]")).focus();
}

export function put(answer, form) {
  showCounts(answer);
  const line = answer.querySelector("[data-line]");
  const own = form.closest("[data-card]") ?? form.closest("[data-line]");
  const done = line.dataset.done.split(" ").map((pk) => document.getElementById(`card-${pk}`));
  const gone = new Set([own, ...done].filter(Boolean));
  const place = own ?? [...gone][0];
  if (place) place.before(answer);
  else list.prepend(answer);
  for (const element of gone) element.remove();
  turn += 1;
  line.dataset.turn = turn;
  say(line.querySelector("p").textContent);
  document.querySelector("[data-empty]")?.toggleAttribute("hidden", cards().length > 0);
  focusAfter(line);
  document.dispatchEvent(new CustomEvent("desk:decided"));
}

export async function send(form, button) {
  if (form.hasAttribute("data-busy")) return null;
  form.setAttribute("data-busy", "");
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.append(button.name, button.value);
  // By the attributes: a field of that name would hide the form's own property.
  const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const answer = await ask(address, { method: "POST", body });
  form.removeAttribute("data-busy");
  return answer;
}

// On a comment's own page the plain form shows the log as well.
if (list && !list.hasAttribute("data-alone")) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-decide]")) return;
    event.preventDefault();
    const answer = await send(form, event.submitter);
    if (!answer) return;
    if (answer.querySelector("[data-line]")) put(answer, form);
    else showPanel(form.closest("[data-panel-open]").parentElement, answer);
  });
}
