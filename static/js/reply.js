// 返信 opens the form under the comment it answers. Without this script the
// link leads to a page with the same form. The text stays when the form moves.

const home = document.querySelector("[data-form-home]");
let opener = null;

function form() {
  return document.querySelector("form[data-comment-form]");
}

function label(parent) {
  const title = form().querySelector("[data-title]");
  title.textContent = parent ? `${title.dataset.replyTitle} >>${parent}` : title.dataset.title;
  form().querySelector("[data-cancel]").hidden = !parent;
}

function open(link) {
  opener = link;
  link.closest(".thread__item").querySelector(".comment").after(form());
  form().elements.parent.value = link.dataset.reply;
  label(link.dataset.number);
  form().elements.text.focus();
}

function close() {
  home.append(form());
  form().elements.parent.value = "";
  label(null);
  opener?.focus();
  opener = null;
}

if (home) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    // With a modifier key the reader wants the page, in a tab of its own.
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      open(link);
    }
    if (event.target.closest("[data-cancel]")) close();
  });
  document.addEventListener("keydown", (event) => {
    // isComposing: Esc during kana conversion belongs to the input method.
    if (event.key === "Escape" && !event.isComposing && opener && form().contains(event.target)) close();
  });
  document.addEventListener("comment:posted", () => {
    opener = null;
    close();
  });
}
