// Sends the comment form without leaving the page, and puts the new comment,
// or the form with what is wrong or to be answered, into its place.

import { fragment, insert, unfold } from "./thread.js";

const SENDING_MILLISECONDS = 60_000;

function showPosted(form, content) {
  const comment = content.querySelector("li");
  if (!comment) {
    form.after(content);
  } else {
    document.querySelector(".discussion__count").replaceWith(content.querySelector(".discussion__count"));
    if (!insert(comment)) form.after(comment);
  }
  form.elements.text.value = "";
  setBusy(form, false);
  const number = comment && Number(comment.id.slice(1));
  document.dispatchEvent(new CustomEvent("comment:posted", { detail: { number } }));
  const shown = comment && document.getElementById(comment.id);
  if (shown) {
    unfold(shown);
    shown.classList.add("thread__item--new");
    shown.tabIndex = -1;
    shown.focus({ preventScroll: true });
    shown.scrollIntoView({ block: "center" });
  }
}

function showForm(form, content) {
  const next = content.querySelector("form[data-comment-form]");
  next.querySelector("[data-cancel]").hidden = form.querySelector("[data-cancel]").hidden;
  form.replaceWith(next);
  (next.querySelector("[data-focus]") ?? next.querySelector("[aria-invalid=true]") ?? next.elements.text).focus();
}

// What is typed while the comment is on its way would be lost with the answer.
function setBusy(form, busy) {
  form.elements.text.readOnly = busy;
  form.elements.author_name.readOnly = busy;
  form.toggleAttribute("data-busy", busy);
}

function contents(form, button) {
  const data = new URLSearchParams(new FormData(form));
  // FormData(form, button) is younger than some browsers that are still in use.
  if (button?.name) data.set(button.name, button.value);
  return data;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-comment-form]");
  if (!form) return;
  event.preventDefault();
  const status = form.querySelector("[data-form-status]");
  if (form.hasAttribute("data-busy")) return;
  const body = contents(form, event.submitter);
  setBusy(form, true);
  status.hidden = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "fetch" },
      // Sending it again gives the same comment, so giving up early costs nothing.
      signal: AbortSignal.timeout?.(SENDING_MILLISECONDS),
    });
    const content = fragment(await answer.text());
    if (answer.status === 201) showPosted(form, content);
    else showForm(form, content);
  } catch {
    // No connection, or an answer that is not ours: nothing typed is lost.
    status.textContent = form.dataset.failed;
    status.hidden = false;
  } finally {
    setBusy(form, false);
  }
});
