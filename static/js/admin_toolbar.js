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

addEventListener("load", () => {
  for (const box of document.querySelectorAll(".select2-search__field")) {
    name(box, box.closest(".select2-container").parentElement.querySelector("select"));
  }
});

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
