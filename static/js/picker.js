// Gives the chosen picture to the editor that opened this window. The editor
// listens with the function that CKEditor's file browsers call.

import { renew, send } from "./admin_upload.js";

const list = document.querySelector("[data-callback]");

function choose({ url, alt, caption }) {
  if (!window.opener) return;
  window.opener.CKEDITOR.tools.callFunction(Number(list.dataset.callback), url, { alternative_text: alt, caption });
  // After this click has been dealt with, not in the middle of it.
  setTimeout(() => window.close());
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-url]");
  if (button) choose(button.dataset);
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-upload-form]");
  if (!form) return;
  event.preventDefault();
  const { picture, html } = await send(form, "×");
  if (html) renew(form, html);
  if (picture) choose(picture);
});
