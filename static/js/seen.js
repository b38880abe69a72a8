// The highest comment number that this reader has seen, for each article.
// Kept in the browser only: the page is the same for everybody.

const KEY = "seen";
const KEPT = 500;

export function readSeen() {
  try {
    return new Map(JSON.parse(localStorage.getItem(KEY)) ?? []);
  } catch {
    return new Map();
  }
}

export function remember(article, seen, before) {
  const all = readSeen();
  // The article visited last is always last, so the oldest visits are dropped.
  all.delete(article);
  all.set(article, { seen, before });
  try {
    localStorage.setItem(KEY, JSON.stringify([...all].slice(-KEPT)));
  } catch {
    // Storage is full or forbidden: nothing will be marked.
  }
}
