// A vote without leaving the page. The page is the same for everybody, so
// which buttons this reader pressed is remembered here, in the browser.

const KEY = "votes";
const KEPT = 2000;

function remembered() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEY)) ?? []);
  } catch {
    return new Set();
  }
}

function remember(id, pressed) {
  const votes = remembered();
  votes.delete(id);
  if (pressed) votes.add(id);
  try {
    localStorage.setItem(KEY, JSON.stringify([...votes].slice(-KEPT)));
  } catch {
    // Storage is full or forbidden: the vote counts all the same.
  }
}

function show(form, pressed) {
  form.querySelector("button").setAttribute("aria-pressed", String(pressed));
  form.elements.value.value = pressed ? "0" : "1";
}

const votes = remembered();
for (const form of document.querySelectorAll("form[data-vote]")) {
  if (votes.has(form.dataset.vote)) show(form, true);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-vote]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "true";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Requested-With": "fetch" },
    });
    if (!answer.ok) throw new Error(answer.status);
    remember(form.dataset.vote, form.elements.value.value === "1");
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    const fresh = template.content.querySelector("form");
    form.replaceWith(fresh);
    fresh.querySelector("button").focus();
  } catch {
    // The plain form leads to a page that says what is wrong.
    form.submit();
  }
});
