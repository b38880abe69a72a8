// Asks the desk for a fragment of HTML. Null when it could not be had, which has been said then.

const live = document.querySelector("[data-live]");

export function say(text) {
  live.textContent = text;
}

function content(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, headers: { "X-Requested-With": "fetch" } });
    // The sign-in has expired: its page is on the way back here.
    if (answer.redirected) return location.reload();
    // 422 and its like bring the form again, with what is wrong; 409 the comment as it is now.
    if (answer.status >= 500 || !(answer.headers.get("Content-Type") ?? "").startsWith("text/html")) throw answer;
    const fresh = content(await answer.text());
    if (!answer.ok && !fresh.querySelector("[data-panel-open], [data-line]")) throw answer;
    return fresh;
  } catch {
    say(live.dataset.failed);
    return null;
  }
}
