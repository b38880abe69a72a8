// Keeps what is typed: at once on this device, a few seconds later on the site. The form is looked at
// rather than listened to, because pickers and the editor change fields without an event of their own.

import { forget, remember } from "./admin_device.js";
import { form, freshenToken, keep, place, typedFields } from "./admin_fields.js";
import { showPanel } from "./admin_panel.js";

const LOOK = 1000;
// Somebody who types without a pause is kept as well.
const PATIENCE = 10_000;
const RETRY = 10_000;
// As long a save waits for the request before it, no longer.
const COURTESY = 3000;
const state = document.querySelector("[data-state]");
const signIn = document.querySelector("[data-sign-in]");
const key = form.elements.key.value;
const resumed = form.elements.resumed.value;

let seen = JSON.stringify(typedFields());
// What the site has; a form that goes on with a text, or was refused, is nowhere yet under its own key.
let kept = resumed || document.querySelector(".errornote") ? "" : seen;
let changed = 0;
let wait = 0;
let request = null;
let sending = null;
let leaving = false;

function say(name, more = "") {
  const text = state.dataset[name] + more;
  if (state.textContent !== text) state.textContent = text;
  state.dataset.now = name;
  signIn.hidden = name !== "out";
}

function onDevice(sent) {
  return remember(key, { saved: Date.now(), sent, fields: JSON.parse(seen) });
}

function look() {
  const now = JSON.stringify(typedFields());
  if (now === seen) return false;
  seen = now;
  changed ||= Date.now();
  if (!onDevice(false)) state.dataset.device = "no";
  return true;
}

const failed = (name) => say(name === "failed" && state.dataset.device === "no" ? "lost" : name);

async function send() {
  const text = seen;
  request = new AbortController();
  say("saving");
  try {
    const answer = await keep({ key, resumed, fields: JSON.parse(text) }, request.signal);
    if (answer.type === "opaqueredirect") return failed("out");
    if (!answer.ok) return failed("failed");
    const told = await answer.json();
    kept = text;
    changed = seen === text ? 0 : Date.now();
    if (seen === text) onDevice(true);
    if (resumed) forget(resumed);
    showPanel(told.panel);
    say(told.stale ? "stale" : "kept", told.stale ? "" : ` ${told.clock}`);
  } catch {
    if (!leaving) failed("failed");
  } finally {
    request = null;
    if (kept !== text) wait = Date.now() + RETRY;
  }
}

function tick() {
  const moved = look();
  if (moved && !request && ["kept", undefined].includes(state.dataset.now)) say("unsaved");
  if (leaving || request || seen === kept || Date.now() < wait) return;
  if (!moved || Date.now() - changed > PATIENCE) sending = send();
}

// The editor tidies the text that it opens, which is nobody's change.
setTimeout(() => {
  if (kept) kept = seen = JSON.stringify(typedFields());
  setInterval(tick, LOOK);
}, 0);

for (const event of ["pagehide", "visibilitychange"]) addEventListener(event, () => look());
for (const event of ["online", "focus"]) {
  addEventListener(event, () => {
    wait = 0;
  });
}

form.addEventListener("submit", (event) => {
  look();
  freshenToken();
  if (event.submitter?.hasAttribute("data-preview")) return;
  const again = leaving;
  leaving = true;
  if (!request) return;
  // What arrived after the save would be offered as unsaved, and an aborted request may still arrive.
  event.preventDefault();
  if (again) return;
  const pause = new Promise((go) => setTimeout(go, COURTESY));
  Promise.race([sending, pause]).then(() => {
    request?.abort();
    request = null;
    form.requestSubmit(event.submitter);
  });
});

// The page comes back from the browser's memory as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});
