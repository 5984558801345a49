// The till with a USB scanner, which types a code and presses Enter. A field marked data-wedge
// (or named "scan") keeps the focus, whatever was tapped or swapped; what is typed while no
// field has the focus goes there too.
import { words } from "../app/words.js";
import { announce } from "../app/once.js";

// Some scanners send CR and LF: the second Enter arrives at once and must not submit nothing.
const ECHO_MS = 600;

let lastScanAt = 0;

function wedge() {
  return document.querySelector("input[data-wedge]:not([disabled]), input[name=scan]:not([disabled])");
}

function isTyping(element) {
  return element && element.matches("input:not([type=submit]):not([type=button]), textarea, select");
}

function ready() {
  const field = wedge();
  if (!field || isTyping(document.activeElement) || document.querySelector("[data-focus]")) return;
  field.focus({ preventScroll: true });
}

/** A short high tone for "understood", a long low one for "refused". */
function beep(understood) {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  const context = new Context();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = understood ? 1200 : 260;
  volume.gain.value = 0.08;
  tone.connect(volume);
  volume.connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + (understood ? 0.09 : 0.4));
  tone.onended = () => context.close();
}

document.addEventListener("keydown", (event) => {
  const field = wedge();
  if (!field) return;
  if (event.key === "Enter" && event.target === field) {
    if (field.value.trim()) {
      lastScanAt = Date.now();
    } else if (Date.now() - lastScanAt < ECHO_MS) {
      event.preventDefault();
    }
    return;
  }
  const printable = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const onControl = event.target.closest("button, a, summary, [role=button]") && event.key === " ";
  if (printable && !isTyping(event.target) && !onControl) field.focus();
});

document.addEventListener("htmx:afterSettle", (event) => {
  const answer = event.target.querySelector("[data-beep]") || (event.target.matches("[data-beep]") ? event.target : null);
  if (answer) beep(answer.dataset.beep !== "refused");
  ready();
});

// The session ended while goods lay on the counter: sent again as a plain form, the server asks
// for the password and keeps the basket; following its redirect here would lose it.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig } = event.detail;
  const form = requestConfig.elt.closest("form");
  if (xhr.status !== 401 || !form) return;
  event.preventDefault();
  const button = requestConfig.triggeringEvent && requestConfig.triggeringEvent.submitter;
  if (button && button.name) {
    const step = document.createElement("input");
    step.type = "hidden";
    step.name = button.name;
    step.value = button.value;
    form.append(step);
  }
  HTMLFormElement.prototype.submit.call(form);
});

document.addEventListener("htmx:sendError", () => {
  beep(false);
  announce(words.offline);
});

window.addEventListener("pageshow", ready);
