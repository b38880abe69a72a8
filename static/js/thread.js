// Puts comments that the server sent as HTML into their places on the page.

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

const threads = document.querySelector("[data-thread]");
const newestFirst = threads?.dataset.order === "new";

// New threads stand on the last page, or on the first where the newest come first.
function holdsNewThreads() {
  const current = document.querySelector(".discussion .pagination [aria-current]");
  return !(newestFirst ? current?.previousElementSibling : current?.nextElementSibling);
}

function listFor(parent) {
  if (!parent) return threads;
  const above = document.getElementById(parent);
  // Replies may be folded; the form can stand between the comment and its replies.
  let list = above.querySelector(":scope > .thread, :scope > details > .thread");
  if (!list) {
    list = document.createElement("ol");
    list.className = "thread";
    above.append(list);
  }
  return list;
}

export function unfold(element) {
  for (let node = element.closest("details"); node; node = node.parentElement.closest("details")) node.open = true;
}

// `data-parent` is the anchor of what the comment answers, empty for none.
// False when its place is not on this page.
export function insert(comment) {
  const parent = comment.dataset.parent;
  const known = document.getElementById(comment.id);
  if (known) {
    // Its replies stay where they are.
    known.querySelector(".comment").replaceWith(comment.querySelector(".comment"));
  } else if (parent ? !document.getElementById(parent) : !holdsNewThreads()) {
    return false;
  } else {
    const list = listFor(parent);
    if (list === threads && newestFirst) list.prepend(comment);
    else list.append(comment);
  }
  document.querySelector(".discussion > .empty")?.remove();
  return true;
}
