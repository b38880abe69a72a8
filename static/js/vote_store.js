// What this reader has voted, as {comment id: 1 or -1}, the newest last, and
// whether this browser has ever written here. The page is the same for
// everybody, so both are kept in the browser.

const VOTES = "votes";
const WRITTEN = "written";
const KEPT = 2000;

export function readVotes() {
  try {
    const votes = JSON.parse(localStorage.getItem(VOTES)) ?? [];
    // Before there were votes against a comment: a list of ids, or of entries of a Map since.
    return new Map(votes.map((vote) => (Array.isArray(vote) ? vote : [String(vote), 1])));
  } catch {
    return new Map();
  }
}

export function writeVotes(votes) {
  try {
    // A list, because an object would put the ids in the order of their numbers.
    localStorage.setItem(VOTES, JSON.stringify([...votes].slice(-KEPT)));
  } catch {
    // Storage is full or forbidden: the vote counts all the same.
  }
}

export function hasWritten() {
  try {
    return [WRITTEN, VOTES, "receipts"].some((key) => localStorage.getItem(key) !== null);
  } catch {
    return false;
  }
}

export function noteWritten() {
  try {
    localStorage.setItem(WRITTEN, "1");
  } catch {
    // Then the pressed buttons are not shown on the next visit.
  }
}
