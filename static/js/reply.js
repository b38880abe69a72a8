// 返信 opens the form under the comment it answers. Without this script the
// link leads to a page with the same form. The text stays when the form moves.

// So long after its reply form was closed, a text may still be meant for that
// comment; the server then asks.
const HINT_MILLISECONDS = 90_000;

const home = document.querySelector("[data-form-home]");
const blank = form()?.cloneNode(true);
let opener = null;
let forgetting = 0;

function form() {
  return document.querySelector("form[data-comment-form]");
}

// A preview, a reason or a question belongs to the place where the form stood.
function clean() {
  if (!form().querySelector("[data-focus], [name=place], .form__error:not([hidden])")) return;
  const next = blank.cloneNode(true);
  for (const name of ["text", "author_name", "stamp"]) next.elements[name].value = form().elements[name].value;
  form().replaceWith(next);
}

function hint(number) {
  clearTimeout(forgetting);
  form().elements.hinted.value = number;
  if (number) forgetting = setTimeout(() => hint(""), HINT_MILLISECONDS);
}

function answer(link) {
  const title = form().querySelector("[data-title]");
  const line = form().querySelector("[data-answered]");
  form().elements.parent.value = link?.dataset.reply ?? "";
  title.textContent = link ? title.dataset.replyTitle.replace("{n}", link.dataset.number) : title.dataset.title;
  line.textContent = link?.closest(".comment").querySelector(".comment__text").innerText ?? "";
  line.hidden = !link;
  form().querySelector("[data-cancel]").hidden = !link;
  document.dispatchEvent(new CustomEvent("comment:moved"));
}

function open(link) {
  // The answer that is awaited belongs to the place where the form stands.
  if (form().hasAttribute("data-busy")) return;
  opener = link;
  clean();
  hint("");
  link.closest(".thread__item").querySelector(".comment").after(form());
  answer(link);
  form().elements.text.focus();
}

function close(number) {
  if (form().hasAttribute("data-busy")) return;
  clean();
  home.append(form());
  hint(number);
  answer(null);
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
    if (event.target.closest("[data-cancel]")) close(opener?.dataset.number ?? "");
  });
  document.addEventListener("keydown", (event) => {
    // isComposing: Esc during kana conversion belongs to the input method.
    if (event.key !== "Escape" || event.isComposing || !opener) return;
    if (form().contains(event.target)) close(opener.dataset.number);
  });
  document.addEventListener("comment:posted", () => {
    opener = null;
    close("");
  });
}
