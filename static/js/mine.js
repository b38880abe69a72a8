// Asks the site for this reader's own votes and comments under the article, in
// browsers that have written here before: storage may have been emptied, and
// the visitor's cookie is out of a script's reach.

import { showVote } from "./vote.js";
import { hasWritten, noteWritten, readVotes, writeVotes } from "./vote_store.js";

const discussion = document.querySelector("[data-mine]");

function markOwn(number) {
  const form = document.querySelector(`form[data-vote][data-number="${Number(number)}"]`);
  for (const button of form?.querySelectorAll("button") ?? []) {
    if (button.hasAttribute("aria-disabled")) continue;
    // Not `disabled`: it can still be reached, says why, and leads to the page that says it.
    button.setAttribute("aria-disabled", "true");
    button.title = discussion.dataset.own;
    button.querySelector(".visually-hidden").append(" ", discussion.dataset.own);
  }
}

// What the site says holds, except for what was pressed while it was asked.
function showVotes(found) {
  const votes = readVotes();
  for (const form of document.querySelectorAll("form[data-vote]:not([data-cast])")) {
    const id = form.dataset.vote;
    if (found[id]) votes.set(id, found[id]);
    else votes.delete(id);
    showVote(form, found[id] ?? 0);
  }
  writeVotes(votes);
}

async function ask() {
  try {
    const answer = await fetch(discussion.dataset.mine);
    if (!answer.ok) throw new Error(answer.status);
    const mine = await answer.json();
    showVotes(mine.votes);
    for (const number of mine.comments) markOwn(number);
  } catch {
    // No connection: what the browser remembers stays on the page.
  }
}

document.addEventListener("comment:posted", ({ detail }) => {
  noteWritten();
  if (detail.number) markOwn(detail.number);
});
if (discussion && hasWritten()) ask();
