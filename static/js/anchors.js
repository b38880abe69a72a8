// A number such as >>12 shows the comment that it names while it is pointed at
// or has the focus. The link leads there all the same: the preview is an extra.
// A jump opens the folds around its target, which not every browser does.

const DELAY = 150; // ms: a pointer that only passes by asks for nothing
const GRACE = 250; // ms: time to move the pointer into the preview (WCAG 2.2, 1.4.13)

const discussion = document.querySelector(".discussion");
const asked = new Map();
const preview = document.createElement("div");
preview.id = "preview";
preview.className = "preview";
preview.role = "tooltip";
preview.hidden = true;
let current = null;
let timer = 0;

function anchorOf(event) {
  return event.target.closest?.("a.anchor[data-number]");
}

async function ask(address) {
  const template = document.createElement("template");
  try {
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok) template.innerHTML = await answer.text();
  } catch {
    // No connection: the next time may be better.
    asked.delete(address);
  }
  return template.content.querySelector(".comment");
}

async function comment(link) {
  const here = document.querySelector(`#c${CSS.escape(link.dataset.number)} > .comment`);
  if (!here && !asked.has(link.href)) asked.set(link.href, ask(link.href));
  const copy = (here ?? (await asked.get(link.href)))?.cloneNode(true);
  copy?.querySelector(".comment__actions")?.remove();
  // Reached with the pointer only; in the order of the keys it would come from nowhere.
  for (const inner of copy?.querySelectorAll("a") ?? []) inner.tabIndex = -1;
  return copy;
}

function place(link) {
  const around = discussion.getBoundingClientRect();
  const at = link.getBoundingClientRect();
  const height = preview.offsetHeight;
  const below = at.bottom + height <= innerHeight || at.top < height;
  preview.style.insetBlockStart = `${(below ? at.bottom : at.top - height) - around.top}px`;
  const room = around.width - preview.offsetWidth;
  preview.style.insetInlineStart = `${Math.max(0, Math.min(at.left - around.left, room))}px`;
}

async function show(link) {
  const inside = preview.contains(link);
  const shown = current;
  current = link;
  const copy = await comment(link);
  if (current !== link) return;
  if (!copy) return hide();
  shown?.removeAttribute("aria-describedby");
  preview.replaceChildren(copy);
  preview.hidden = false;
  discussion.append(preview);
  link.setAttribute("aria-describedby", preview.id);
  // A link of the preview is gone now, and the preview stays under the pointer.
  if (!inside) place(link);
}

function hide() {
  clearTimeout(timer);
  current?.removeAttribute("aria-describedby");
  current = null;
  preview.hidden = true;
}

function reveal() {
  const target = /^#c\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
}

if (discussion) {
  document.addEventListener("mouseover", (event) => {
    const link = anchorOf(event);
    clearTimeout(timer);
    if (link && link !== current) timer = setTimeout(show, DELAY, link);
    else if (!link && current !== document.activeElement && !preview.contains(event.target)) timer = setTimeout(hide, GRACE);
  });
  document.addEventListener("focusin", (event) => {
    const link = anchorOf(event);
    // A press of the mouse gives the focus too, on its way to the jump.
    if (link?.matches(":focus-visible")) show(link);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !preview.hidden) hide();
  });
  document.addEventListener("click", (event) => {
    const link = anchorOf(event);
    if (!link) return;
    hide();
    const target = document.getElementById(`c${link.dataset.number}`);
    // With a modifier key the reader wants a tab of its own; what is on another page the address finds.
    if (!target || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    location.hash = target.id;
    reveal();
  });
  addEventListener("hashchange", reveal);
  reveal();
}
