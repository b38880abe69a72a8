// Sends the comment form without leaving the page, and puts the new comment,
// or the form with what is wrong, into its place.

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function listFor(parent) {
  const top = document.querySelector("[data-thread]");
  if (!parent) return top;
  const item = document.querySelector(`[data-reply="${CSS.escape(parent)}"]`).closest(".thread__item");
  let list = item.querySelector(":scope > .thread, :scope > .fold > .thread");
  if (!list) {
    list = document.createElement("ol");
    list.className = "thread";
    item.append(list);
  }
  // Below a folded thread the reader would not see what was just written.
  list.closest("details")?.setAttribute("open", "");
  return list;
}

function showPosted(form, content) {
  const comment = content.querySelector("li");
  if (!comment) {
    form.after(content);
  } else {
    const known = document.getElementById(comment.id);
    if (known) known.replaceWith(comment);
    else listFor(form.elements.parent.value).append(comment);
    document.querySelector(".discussion > .empty")?.remove();
    document.querySelector(".discussion__count").replaceWith(content.querySelector(".discussion__count"));
  }
  form.elements.text.value = "";
  document.dispatchEvent(new CustomEvent("comment:posted"));
  if (comment) {
    comment.tabIndex = -1;
    comment.focus({ preventScroll: true });
    comment.scrollIntoView({ block: "center" });
  }
}

function showRefused(form, content) {
  const refused = content.querySelector("form[data-comment-form]");
  const title = form.querySelector("[data-title]");
  // The heading level and the button belong to the place where the form stands.
  refused.querySelector("[data-title]").replaceWith(title);
  refused.querySelector("[data-cancel]").hidden = form.querySelector("[data-cancel]").hidden;
  form.replaceWith(refused);
  (refused.querySelector("[aria-invalid=true]") ?? refused.elements.text).focus();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-comment-form]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  const status = form.querySelector("[data-form-status]");
  if (button.disabled) return;
  button.disabled = true;
  status.hidden = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Requested-With": "fetch" },
    });
    const content = fragment(await answer.text());
    if (answer.status === 201) showPosted(form, content);
    else showRefused(form, content);
  } catch {
    // No connection, or an answer that is not ours: nothing typed is lost.
    status.textContent = form.dataset.failed;
    status.hidden = false;
  } finally {
    button.disabled = false;
  }
});
