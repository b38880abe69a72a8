// Offers a text that only this device has, where it is newer than what the site offers.

import { forget, remembered } from "./admin_device.js";
import { form, keep } from "./admin_fields.js";

const bar = document.querySelector("[data-offer]");
const offered = { key: bar.dataset.key, saved: Number(bar.dataset.saved) * 1000 };
const isBound = Boolean(form.elements.resumed.value || document.querySelector(".errornote"));
const device = remembered().find((entry) => entry.key !== form.elements.key.value && !entry.sent);
const isNewer = device && !isBound && !(device.saved < offered.saved);
const key = () => (isNewer ? device.key : offered.key);

function sayWhen(moment) {
  const two = (number) => String(number).padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

if (isNewer) {
  bar.querySelector("[data-offer-time]").textContent = sayWhen(new Date(device.saved));
  bar.querySelector("[data-offer-what]").textContent = device.fields.title?.[0] ?? "";
  bar.querySelector("[data-offer-device]").hidden = false;
  bar.querySelector("details")?.remove();
  bar.hidden = false;
}

// The site makes the form of a text, so it needs to have it first.
bar.querySelector("[data-resume]").addEventListener("click", async (event) => {
  if (!isNewer) return;
  event.preventDefault();
  const answer = await keep({ key: device.key, fields: device.fields }).catch(() => null);
  if (answer?.ok) location.search = new URLSearchParams({ resume: device.key });
});

bar.querySelector("[data-discard]").addEventListener("click", (event) => {
  forget(key());
  if (!isNewer || device.key === offered.key) return;
  event.preventDefault();
  bar.hidden = true;
});
