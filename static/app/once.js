// A form sends itself once. The button is not disabled before the browser has read it, it
// works again when the page comes back from the history or the answer was an error, and the
// server's key (not this) is what protects the ledger.
import { words } from "./words.js";

const WAIT_MS = 30000;

function hold(form) {
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.setAttribute("aria-disabled", "true");
    button.classList.add("is-busy");
  }
}

/** Lets a form be sent again. */
export function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.removeAttribute("aria-disabled");
    button.classList.remove("is-busy");
  }
}

/** Puts a sentence where screen readers and eyes find it. */
export function announce(text, kind = "danger") {
  const place = document.getElementById("announcements");
  if (!place) return;
  place.textContent = text;
  place.className = text ? `alert alert-${kind}` : "";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-once")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (event.defaultPrevented) return;
  hold(form);
  setTimeout(() => release(form), WAIT_MS);
}, true);

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) release(form);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest && event.target.closest("form[data-once]");
  if (form) release(form);
});

document.addEventListener("htmx:beforeRequest", () => announce(""));
document.addEventListener("htmx:sendError", () => announce(words.offline));
document.addEventListener("htmx:responseError", () => announce(words.failed));
