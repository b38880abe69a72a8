// What was erased on the site is forgotten by this browser, too.

const asked = new URLSearchParams(location.search);

try {
  if (asked.has("everything")) {
    for (const key of ["receipts", "votes", "written"]) localStorage.removeItem(key);
  } else if (asked.has("comment")) {
    const receipts = JSON.parse(localStorage.getItem("receipts")) ?? {};
    delete receipts[asked.get("comment")];
    localStorage.setItem("receipts", JSON.stringify(receipts));
  }
} catch {
  // Storage is forbidden: there is nothing in it.
}
