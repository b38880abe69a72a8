// Puts the player of a video into the page when the reader asks for it. Until
// then nothing is loaded from there; without this script the card is a link.

const template = document.querySelector("template[data-embed-button]");

function player(card) {
  const frame = document.createElement("iframe");
  const address = new URL(`https://www.youtube-nocookie.com/embed/${card.dataset.youtube}`);
  address.searchParams.set("autoplay", "1");
  if (card.dataset.start !== "0") address.searchParams.set("start", card.dataset.start);
  frame.className = "embed__player";
  frame.title = card.textContent.trim();
  // The player refuses to play where it is not told which site shows it; the
  // pages here tell nobody, so the frame itself has to.
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.src = address.href;
  return frame;
}

for (const card of document.querySelectorAll("[data-youtube]")) {
  const button = template.content.firstElementChild.cloneNode(true);
  const frame = player(card);
  button.addEventListener("click", () => {
    button.replaceWith(frame);
    // The focus must not be lost with the button.
    frame.focus();
  });
  card.append(button);
}
