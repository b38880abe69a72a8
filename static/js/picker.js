// Gives the chosen picture to the editor that opened this window. The editor
// listens with the function that CKEditor's file browsers call.

const list = document.querySelector("[data-callback]");

list.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-url]");
  if (!button || !window.opener) return;
  const { url, alt, caption } = button.dataset;
  window.opener.CKEDITOR.tools.callFunction(Number(list.dataset.callback), url, { alternative_text: alt, caption });
  // After this click has been dealt with, not in the middle of it.
  setTimeout(() => window.close());
});
