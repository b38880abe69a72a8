// The drafts in the browser's storage, without what is old or already posted.

const KEY = "drafts";
const KEPT = 100;
const DAYS = 30;

export function readDrafts() {
  try {
    const since = Date.now() - DAYS * 86_400_000;
    const drafts = Object.entries(JSON.parse(localStorage.getItem(KEY)) ?? {});
    return Object.fromEntries(drafts.filter(([, draft]) => draft.saved > since));
  } catch {
    return {};
  }
}

export function writeDrafts(drafts) {
  try {
    // The newest is always last.
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(Object.entries(drafts).slice(-KEPT))));
  } catch {
    // Storage is full or forbidden: writing goes on without a draft.
  }
}

// Links are shown shorter than they were typed.
function words(text) {
  return text.replace(/https?:\/\/[\x21-\x7e]+/g, "").replace(/\s/g, "");
}

function shown(comment) {
  const text = comment.cloneNode(true);
  for (const link of text.querySelectorAll("a[rel~=nofollow]")) link.remove();
  return words(text.textContent);
}

// A form that was sent without post.js leads to its comment, or to a page
// that says which form has arrived (data-posted).
const posted = document.querySelector("[data-posted]")?.dataset.posted;
const target = /^#c\d+$/.test(location.hash) && document.querySelector(`${location.hash} > .comment .comment__text`);
const said = target && shown(target);
const path = document.querySelector("form[data-comment-form]")?.getAttribute("action");
const left = Object.entries(readDrafts()).filter(([key, draft]) => {
  const of = key.split(" ")[0];
  return !(draft.sent && (of === posted || (of === path && words(draft.text) === said)));
});
writeDrafts(Object.fromEntries(left));
