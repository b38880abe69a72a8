// Pictures that are dropped into the editor, pasted or chosen: each is asked
// about, sent and then put where it was dropped. The same for the eye-catch.

import { renew, send } from "./admin_upload.js";

const { upload, choose, lost } = document.querySelector("script[data-upload]").dataset;
const picturesOf = (data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
// Alt text is spoken of by the form; the file stays one that the browser has, so that it can be sent again.
let asking = Promise.resolve();

async function ask(file) {
  const dialog = document.createElement("dialog");
  dialog.className = "picture-dialog";
  const response = await fetch(upload, { redirect: "manual" });
  dialog.innerHTML = response.ok ? await response.text() : "";
  if (!response.ok) return window.alert(lost);
  document.body.append(dialog);
  if (file) {
    const chosen = new DataTransfer();
    chosen.items.add(file);
    dialog.querySelector("form").elements.file.files = chosen.files;
  }
  dialog.showModal();
  if (file) dialog.querySelector("form").elements.alt.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.remove()));
    dialog.addEventListener("click", (event) => event.target.closest("[data-upload-cancel]") && dialog.close());
    dialog.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { picture, html } = await send(event.target, lost);
      if (html) renew(event.target, html);
      if (!picture) return;
      resolve(picture);
      dialog.close();
    });
  });
}

// One dialog after the other, however many files were dropped.
function each(files, take) {
  for (const file of files) asking = asking.then(() => ask(file)).then((picture) => picture && take(picture));
}

function insert(editor, { url, alt, caption }, place) {
  const content = [{ type: "image", attrs: { src: url, alt } }];
  if (caption) content.push({ type: "caption", content: [{ type: "text", text: caption }] });
  const figure = { type: "figure", content };
  if (place === undefined) editor.chain().focus().insertContent(figure).run();
  else editor.chain().focus().insertContentAt(place, figure).run();
}

function takeEyeCatch(select, { pk, name }) {
  select.append(new Option(name, pk, true, true));
  window.django.jQuery(select).trigger("change");
}

function button(take) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button picture-choose";
  made.textContent = choose;
  made.addEventListener("click", () => each([null], take));
  return made;
}

function caught(event, handle) {
  const editor = event.target.closest?.(".ProseMirror")?.editor;
  const eyeCatch = event.target.closest?.(".field-eye_catch")?.querySelector("select");
  const files = picturesOf(event.dataTransfer ?? event.clipboardData);
  if (!files.length || !(editor || eyeCatch)) return;
  event.preventDefault();
  event.stopPropagation();
  handle(files, editor, eyeCatch);
}

for (const name of ["drop", "paste"]) {
  // Before the editor, which would do nothing with a file.
  const handle = (event) =>
    caught(event, (files, editor, eyeCatch) => {
      const place = name === "drop" && editor?.view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
      each(files, (picture) => (editor ? insert(editor, picture, place || undefined) : takeEyeCatch(eyeCatch, picture)));
    });
  document.addEventListener(name, handle, { capture: true });
}

// Without it the browser would open what is dropped beside the text.
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.(".ProseMirror, .field-eye_catch") && event.dataTransfer?.types.includes("Files")) {
    event.preventDefault();
  }
});

document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  const box = editor.view.dom.closest(".prose-editor") ?? editor.view.dom;
  box.append(button((picture) => insert(editor, picture)));
});

const eyeCatch = document.querySelector("#id_eye_catch");
eyeCatch?.closest(".related-widget-wrapper, div").after(button((picture) => takeEyeCatch(eyeCatch, picture)));
