// What the article's form would send, by name, without what belongs to this one opening of it.

const OWN = new Set(["csrfmiddlewaretoken", "key", "resumed", "overwrite", "publish_anyway"]);

export const place = document.querySelector("[data-writing]");
export const form = place?.closest("form");

export function typedFields() {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || OWN.has(name) || name.includes("__prefix__")) continue;
    // As a form sends line ends, and as they are stored.
    (fields[name] ??= []).push(value.replace(/\r\n?|\n/g, "\r\n"));
  }
  return fields;
}

export const cookie = (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? "";

// Signing in again in another tab changes the token that this form was made with.
export function freshenToken() {
  const token = cookie("csrftoken");
  if (token) form.elements.csrfmiddlewaretoken.value = token;
  return token;
}

export async function keep({ key, resumed, fields }, signal) {
  const body = new FormData();
  body.set("key", key);
  body.set("resumed", resumed ?? "");
  body.set("article", place.dataset.article);
  body.set("typed", JSON.stringify(fields));
  const headers = { "X-CSRFToken": freshenToken() };
  return fetch(place.dataset.autosave, { method: "POST", body, headers, signal, redirect: "manual" });
}
