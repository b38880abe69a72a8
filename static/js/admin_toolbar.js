// The editor's buttons are named in English by the editor itself; its other words ask the catalogue.

document.addEventListener("prose-editor:ready", (event) => {
  const bar = event.detail.editor.options.element.closest(".prose-editor") ?? event.detail.editor.options.element;
  for (const button of bar.querySelectorAll(".prose-menubar [title]")) {
    button.title = window.gettext(button.title);
    button.setAttribute("aria-label", button.title);
  }
});
