// Keeps what is being written in the browser until the comment is in: one
// draft for each comment that is answered, one for new comments, by article.
// `key` is where the text in the form is kept; `mine` says that it is there.

import { readDrafts, writeDrafts } from "./draft_store.js";

const SAVE_MILLISECONDS = 400;
let key = null;
let mine = false;
let waiting = 0;

function form() {
  return document.querySelector("form[data-comment-form]");
}

function keyOf(form) {
  return `${new URL(form.action).pathname} ${form.elements.parent.value}`;
}

// A name as it may lie in the browser: the key after # is a secret.
function nameIn(form) {
  return form.elements.author_name.value.split(/[#＃﹟]/, 1)[0];
}

function save(more = {}) {
  clearTimeout(waiting);
  waiting = 0;
  if (!form() || !mine) return;
  const drafts = readDrafts();
  const text = form().elements.text.value;
  delete drafts[key];
  if (text.trim()) drafts[key] = { text, name: nameIn(form()), saved: Date.now(), ...more };
  writeDrafts(drafts);
}

function restore(draft) {
  mine = true;
  form().elements.text.value = draft.text;
  form().elements.author_name.value ||= draft.name;
  form().querySelector("[data-draft-status]").hidden = false;
}

// With a draft of its own in the new place, the text stays in the old one's;
// else it comes along.
function moved() {
  save();
  const from = key;
  key = keyOf(form());
  const drafts = readDrafts();
  if (key !== from && drafts[key]) {
    restore(drafts[key]);
  } else if (key !== from && mine && form().elements.text.value) {
    delete drafts[from];
    writeDrafts(drafts);
    save();
  } else {
    form().querySelector("[data-draft-status]").hidden = true;
  }
}

if (form()) {
  key = keyOf(form());
  const draft = readDrafts()[key];
  // Text that is there already was put back by the browser, or by the server with a reason.
  mine = Boolean(form().elements.text.value);
  if (draft && !mine) restore(draft);
}
document.addEventListener("input", (event) => {
  if (!form()?.contains(event.target)) return;
  mine = true;
  form().querySelector("[data-draft-status]").hidden = true;
  clearTimeout(waiting);
  waiting = setTimeout(save, SAVE_MILLISECONDS);
});
document.addEventListener("submit", (event) => {
  if (event.target === form()) save({ sent: true });
});
document.addEventListener("comment:moved", moved);
window.addEventListener("pagehide", () => waiting && save());
