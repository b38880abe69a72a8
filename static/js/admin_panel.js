// The panel beside the form: its parts beside their fields, and what a tap on them fills in.

const panel = document.querySelector("[data-panel]");

function settle(parts) {
  for (const part of parts) {
    const row = document.querySelector(part.dataset.place);
    row?.querySelector(":scope > [data-place]")?.remove();
    row?.append(part);
    for (const scripted of part.querySelectorAll("[data-scripted]")) scripted.hidden = false;
  }
}

export function showPanel(html) {
  // A button that is being used must not be taken away.
  if (document.activeElement?.closest("[data-place]")) return;
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  panel.replaceChildren(...fresh.children);
  settle(panel.querySelectorAll("[data-place]"));
}

function fill(id, value) {
  const field = document.getElementById(id);
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const slug = event.target.closest("[data-slug]");
  const moment = event.target.closest("[data-clock]");
  if (slug) fill("id_slug", slug.dataset.slug);
  if (moment) {
    fill("id_published_at_0", moment.dataset.day);
    fill("id_published_at_1", moment.dataset.clock);
  }
});

if (panel) settle(panel.querySelectorAll("[data-place]"));
