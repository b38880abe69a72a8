// The form for a new picture: sends it and gives what the server says of it, or shows the server's objections.

export async function send(form, lost) {
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (response.ok) return { picture: await response.json() };
    if (response.status === 422) return { html: await response.text() };
  } catch {
    // Told below, like an answer that is none.
  }
  for (const button of buttons) button.disabled = false;
  const note = form.querySelector("[data-upload-lost]");
  note.textContent = lost;
  note.hidden = false;
  return {};
}

// The file that was chosen is the browser's; a form that comes back is without it.
export function renew(form, html) {
  const chosen = form.elements.file.files;
  form.insertAdjacentHTML("afterend", html);
  const next = form.nextElementSibling;
  form.remove();
  next.elements.file.files = chosen;
  (next.querySelector(".errorlist")?.previousElementSibling?.querySelector("input") ?? next.elements.alt).focus();
  return next;
}
