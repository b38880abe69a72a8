// The editor's buttons are named in English by the editor itself; its other words ask the catalogue.

const catalogue = window.gettext;

function translate(bar) {
  for (const button of bar.querySelectorAll("[title]")) {
    button.title = catalogue(button.title);
    button.setAttribute("aria-label", button.title);
  }
}

// A label of HTML reaches neither the editor's text nor the field in which select2 searches.
function name(box, field) {
  const label = field?.labels?.[0]?.textContent.replace(/[::]\s*$/, "").trim();
  if (box && label) box.setAttribute("aria-label", label);
}

function nameChoices() {
  for (const box of document.querySelectorAll(".select2-container")) {
    const select = box.parentElement.querySelector("select");
    name(box.querySelector(".select2-search__field"), select);
    const chosen = box.querySelector(".select2-selection__rendered[role=textbox]");
    if (!chosen || !select.labels.length) continue;
    // The name of the field and what is chosen in it, in this order.
    select.labels[0].id ||= `${select.id}-label`;
    chosen.setAttribute("aria-labelledby", select.labels[0].id);
    chosen.closest("[role=combobox]").setAttribute("aria-labelledby", `${select.labels[0].id} ${chosen.id}`);
  }
}

// Asked for after Django has asked to make them, so it comes after they are made.
window.django.jQuery(nameChoices);
document.addEventListener("formset:added", nameChoices);

// The bar is put before the text some time after the editor says that it is ready.
function watch(editor) {
  const observer = new MutationObserver(() => {
    const bar = editor.querySelector(".prose-menubar");
    if (!bar) return;
    observer.disconnect();
    translate(bar);
  });
  const bar = editor.querySelector(".prose-menubar");
  if (bar) translate(bar);
  else observer.observe(editor, { childList: true, subtree: true });
}

// Those of the page may be ready already, those of a new addendum come later.
for (const editor of document.querySelectorAll(".prose-editor")) {
  name(editor.querySelector(".ProseMirror"), editor.querySelector("textarea"));
  watch(editor);
}
document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  name(editor.view.dom, textarea);
  watch(textarea.closest(".prose-editor"));
});
