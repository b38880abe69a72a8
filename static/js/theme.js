// Colours by the reader's choice. A plain script in the head, because it must
// run before anything is painted; it is small, and waits for nothing.

(() => {
  const root = document.documentElement;
  const KEY = "theme";

  function choice() {
    // Where storing is forbidden, even asking throws.
    try {
      const stored = localStorage.getItem(KEY);
      return stored === "light" || stored === "dark" ? stored : "system";
    } catch {
      return "system";
    }
  }

  function keep(theme) {
    try {
      if (theme === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Then it holds for this page alone.
    }
  }

  function apply(theme) {
    root.dataset.theme = theme;
    // For the ground that the browser paints before the style sheet is here.
    document.querySelector("meta[name=color-scheme]").content = theme === "system" ? "light dark" : theme;
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      meta.dataset.scheme ??= meta.media;
      meta.media = theme === "system" ? meta.dataset.scheme : meta.dataset.scheme.includes(theme) ? "all" : "not all";
    }
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }

  apply(choice());
  document.addEventListener("DOMContentLoaded", () => apply(choice()));
  // Another window of the same site, or this one when it comes back from the browser's memory.
  addEventListener("storage", () => apply(choice()));
  addEventListener("pageshow", () => apply(choice()));
  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
    if (!theme) return;
    keep(theme);
    apply(theme);
  });
})();
