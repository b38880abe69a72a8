// Puts comments that the server sent as HTML into their places on the page.

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function item(parent) {
  return document.querySelector(`[data-reply="${CSS.escape(parent)}"]`)?.closest(".thread__item");
}

function listFor(parent) {
  if (!parent) return document.querySelector("[data-thread]");
  const above = item(parent);
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

// False when what the comment answers is not on this page.
export function insert(comment) {
  const parent = comment.dataset.parent;
  const known = document.getElementById(comment.id);
  if (known) {
    // Its replies stay where they are.
    known.querySelector(".comment").replaceWith(comment.querySelector(".comment"));
  } else if (parent && !item(parent)) {
    return false;
  } else {
    listFor(parent).append(comment);
  }
  document.querySelector(".discussion > .empty")?.remove();
  return true;
}
