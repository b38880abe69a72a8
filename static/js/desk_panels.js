// What asks first how far it is to reach opens inside its card.

import { showPanel } from "./desk.js";
import { ask } from "./desk_ask.js";

const alone = document.querySelector("[data-alone]");
let opener = null;

function close(panel) {
  panel.remove();
  if (opener?.isConnected) opener.focus();
}

async function open(link) {
  const fresh = await ask(link.href);
  if (!fresh) return;
  opener = link.closest("[data-card]");
  showPanel(opener.querySelector("[data-panel-home]"), fresh);
}

if (!alone) {
  document.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a[data-panel], a[data-panel-close]");
    if (!link) return;
    event.preventDefault();
    if (link.hasAttribute("data-panel")) open(link);
    else close(link.closest("[data-panel-open]"));
  });

  document.addEventListener("keydown", (event) => {
    // isComposing: Esc during kana conversion belongs to the input method.
    if (event.key !== "Escape" || event.isComposing) return;
    const panel = event.target.closest("[data-card]")?.querySelector("[data-panel-open]");
    if (panel) close(panel);
  });

  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-count-again]")) return;
    event.preventDefault();
    const form = event.target;
    const query = new URLSearchParams(new FormData(form));
    const fresh = await ask(`${form.getAttribute("action")}?${query}`);
    if (fresh) showPanel(form.closest("[data-panel-open]").parentElement, fresh);
  });
}
