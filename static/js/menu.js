// Closes an open menu of a comment with Escape or with a press beside it.
// Without this script its button closes it, and opening another one does.

function openMenu() {
  return document.querySelector("[data-menu][open]");
}

document.addEventListener("keydown", (event) => {
  const menu = openMenu();
  if (event.key !== "Escape" || event.isComposing || !menu) return;
  // The focus must not be lost with what it was in.
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
});
document.addEventListener("click", (event) => {
  const menu = openMenu();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
