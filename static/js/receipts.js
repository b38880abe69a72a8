// Keeps the private links of one's own comments, {comment id: address} and
// nothing else, because an address is shown only once.

const KEY = "receipts";
const KEPT = 500;

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep() {
  const links = document.querySelectorAll("[data-receipt]");
  if (!links.length) return;
  const receipts = remembered();
  for (const link of links) receipts[link.dataset.receipt] = link.getAttribute("href");
  // Ids grow, and an object lists whole numbers in their order: the oldest go first.
  const newest = Object.entries(receipts).slice(-KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(newest)));
  } catch {
    // Storage is full or forbidden: the link can still be copied.
  }
}

function offer() {
  const receipts = remembered();
  for (const link of document.querySelectorAll("[data-receipt-of]")) {
    const address = receipts[link.dataset.receiptOf];
    if (!address?.startsWith("/receipts/")) continue;
    link.href = address;
    link.hidden = false;
  }
}

keep();
offer();
document.addEventListener("comment:posted", keep);
