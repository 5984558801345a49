// Small comforts of every page: large type, printing, steppers, menus, focus. All of them are
// additions; each page works without.
import { recall, remember } from "./remember.js";
import { submit } from "./submit.js";

function showType() {
  const type = recall("type");
  for (const name of ["large", "huge"]) {
    document.documentElement.classList.toggle(name, type === name);
  }
  for (const button of document.querySelectorAll("[data-toggle-type]")) {
    button.setAttribute("aria-pressed", String(button.dataset.toggleType === type));
  }
}

function step(button) {
  const input = button.closest("[data-stepper]").querySelector("input");
  const value = Number.parseInt(input.value, 10) || 0;
  let next = value + Number(button.dataset.step);
  if (input.min !== "") next = Math.max(next, Number(input.min));
  if (input.max !== "") next = Math.min(next, Number(input.max));
  input.value = String(next);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  const stepper = event.target.closest("[data-step]");
  if (stepper) step(stepper);
  if (event.target.closest("[data-print]")) window.print();
  const type = event.target.closest("[data-toggle-type]");
  if (type) {
    const wanted = type.dataset.toggleType;
    remember("type", recall("type") === wanted ? "normal" : wanted);
    showType();
    document.dispatchEvent(new Event("typechange"));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});

document.addEventListener("change", (event) => {
  const element = event.target.closest("[data-submit]");
  if (element && element.form) submit(element.form);
});

/** After a refusal the summary is read first; otherwise the field that asks for it is ready. */
function focusWhatMatters(container) {
  const wanted = container.querySelector("[data-focus]") || container.querySelector("[autofocus]");
  if (wanted) wanted.focus();
}

document.addEventListener("htmx:afterSettle", (event) => focusWhatMatters(event.target));
showType();
if (document.querySelector("[data-focus]")) focusWhatMatters(document);
