// The texts of open forms in this device's storage, so that neither a crash nor a dead line loses one.

import { cookie, place } from "./admin_fields.js";

const DAYS = 30;
const PREFIX = "writing ";
const mine = `${PREFIX}${place.dataset.device} `;

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

export function remember(key, entry) {
  const text = JSON.stringify(entry);
  try {
    localStorage.setItem(mine + key, text);
    return true;
  } catch {
    return false;
  }
}

export const forget = (key) => localStorage.removeItem(mine + key);

export function remembered() {
  const found = [];
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(mine)) found.push({ key: name.slice(mine.length), ...read(name) });
  }
  return found.filter((entry) => entry.fields).sort((a, b) => b.saved - a.saved);
}

// What was saved since, and what nobody came back to.
const saved = new Set(cookie("saved_forms").split("."));
const since = Date.now() - DAYS * 86_400_000;
try {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    if (saved.has(name.split(" ").at(-1)) || !(read(name)?.saved > since)) localStorage.removeItem(name);
  }
} catch {
  // Storage is forbidden: only the site keeps the text.
}
