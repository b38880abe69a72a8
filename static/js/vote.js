// A vote without leaving the page.

import { fragment } from "./thread.js";
import { noteWritten, readVotes, writeVotes } from "./vote_store.js";

const SENDING_MILLISECONDS = 30_000;

// One after the other: until the first answer has brought the visitor's cookie,
// a second vote would be taken for another visitor's.
let last = Promise.resolve();

export function showVote(form, value) {
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(Number(button.value) === value));
  }
}

function remember(id, value) {
  const votes = readVotes();
  votes.delete(id);
  if (value) votes.set(id, value);
  writeVotes(votes);
  noteWritten();
}

// The plain form leads to a page that says what is wrong.
function sendPlainly(form, value) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = "value";
  input.value = value;
  form.append(input);
  form.submit();
}

async function cast(form, pressed, value) {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams({ value }),
      headers: { "X-Requested-With": "fetch" },
      signal: AbortSignal.timeout?.(SENDING_MILLISECONDS),
    });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = fragment(await answer.text()).querySelector("form");
    remember(form.dataset.vote, value);
    fresh.dataset.cast = "true";
    // On a slow line the reader may be typing elsewhere by now.
    const isHere = form.contains(document.activeElement);
    form.replaceWith(fresh);
    if (isHere) fresh.querySelector(`button[value="${pressed}"]`).focus();
  } catch {
    sendPlainly(form, value);
  }
}

const votes = readVotes();
for (const form of document.querySelectorAll("form[data-vote]")) showVote(form, votes.get(form.dataset.vote) ?? 0);

// Not the form's submit: browsers that do not tell the pressed button there are still in use.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("form[data-vote] button");
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  // Of an own comment the page of the vote says why it cannot be.
  if (button.getAttribute("aria-disabled") === "true") return location.assign(form.action);
  if (form.dataset.cast === "busy") return;
  form.dataset.cast = "busy";
  const value = button.getAttribute("aria-pressed") === "true" ? 0 : Number(button.value);
  last = last.then(() => cast(form, button.value, value));
});
