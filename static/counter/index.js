// The till with a USB scanner, which types a code and presses Enter. A field marked data-wedge
// keeps the focus, whatever was tapped or swapped; what is typed while no field has the focus
// goes there too, and so does a scanner's burst that hits another field. data-wedge="needed":
// Enter in the empty field does nothing. What is scanned during a request waits its turn. A
// scanner that sends Tab or nothing at all instead of Enter is understood too.
import { announce } from "../app/once.js";
import { submit } from "../app/submit.js";
import { words } from "../app/words.js";
import "./paper.js";
import {
  SILENCE_MS, follow, forget, isComposing, justScanned, mayBeWhole, scanned, writes,
} from "./scanner.js";

// Some scanners send CR and LF: the second Enter arrives at once and must not submit nothing.
const ECHO_MS = 250;
// Whoever presses Enter behind a scanner that sends none means the scan that went by itself.
const LATE_ENTER_MS = 700;

const waiting = [];
let quietUntil = -1;
let silence = 0;
let sent = "";
// From sending until the answer stands and htmx watches its form.
let busy = false;
let typedMeanwhile = "";

function wedge() {
  return document.querySelector("input[data-wedge]:not([disabled]), input[name=scan]:not([disabled])");
}

function isTyping(element) {
  return element && element.matches("input:not([type=submit]):not([type=button]), textarea, select");
}

function focus(field) {
  field.focus({ preventScroll: true });
}

/** A finger needs no field: on a phone the focus would only open the keyboard over the goods. */
function ready() {
  const field = wedge();
  if (!field || isTyping(document.activeElement) || document.querySelector("[data-focus]")) return;
  if (window.matchMedia("(hover: none) and (pointer: coarse)").matches && !field.value) return;
  focus(field);
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

function mustWait(field) {
  return busy || waiting.length > 0 || Boolean(field.form.dataset.sent);
}

/** Sends a scan; keys: what the scanner pressed, if that reads otherwise. */
function send(field, { text, keys }) {
  field.value = text;
  const pressed = field.form.querySelector("input[name=keys]");
  if (pressed) pressed.value = keys === text ? "" : keys;
  focus(field);
  submit(field.form);
}

/** Sends what was scanned, now or after what was scanned before. */
function sendInTurn(field, scan) {
  if (!mustWait(field)) {
    send(field, scan);
    return;
  }
  waiting.push(scan);
  field.value = "";
}

/** Sends a burst, wherever it went, and leaves the field it strayed into as it was. */
function sendBurst(field, composed) {
  const burst = scanned();
  forget();
  const own = burst.field === field || !burst.field.isConnected;
  const before = own ? burst.before : "";
  const typed = own ? field.value.trim() : burst.typed;
  if (composed) burst.field.blur(); // ends what the input method was about to write
  if (own) field.value = "";
  else burst.field.value = burst.before;
  const keys = `${before}${burst.keys}`.trim();
  sendInTurn(field, composed ? { text: keys, keys } : { text: typed, keys });
}

function onEnd(event, field) {
  const scan = isTyping(event.target) && justScanned(event, event.target);
  const composed = isComposing(event);
  if (scan && (composed || event.target !== field || event.key === "Tab")) {
    event.preventDefault();
    event.stopPropagation();
    quietUntil = event.timeStamp + ECHO_MS;
    // An input method writes what it has before it lets go of the field.
    if (composed) setTimeout(() => sendBurst(field, true));
    else sendBurst(field, false);
    return;
  }
  if (composed || event.key !== "Enter") return;
  if (!isTyping(event.target) && !event.target.closest("button, a, summary, [role=button]")) {
    // Read, such as why something was refused: the next Enter means what it says.
    event.preventDefault();
    quietUntil = event.timeStamp + ECHO_MS;
    focus(field);
  }
  if (event.target !== field) return;
  const text = field.value.trim();
  const echo = !text && event.timeStamp < quietUntil;
  const nothing = !text && field.dataset.wedge === "needed";
  const burst = scanned();
  const keys = scan ? `${burst.before}${burst.keys}`.trim() : text;
  forget();
  if (text) quietUntil = event.timeStamp + ECHO_MS;
  const pressed = field.form.querySelector("input[name=keys]");
  if (pressed) pressed.value = keys === text ? "" : keys;
  if (!echo && !nothing && !mustWait(field)) return;
  event.preventDefault();
  if (!echo && (text || !nothing)) sendInTurn(field, { text, keys });
}

/** A code that no Enter followed is sent when the scanner has fallen silent. */
function listen(composed) {
  clearTimeout(silence);
  silence = setTimeout(() => {
    const field = wedge();
    if (!field || !mayBeWhole()) return;
    quietUntil = performance.now() + LATE_ENTER_MS;
    sendBurst(field, composed);
  }, SILENCE_MS);
}

document.addEventListener("keydown", (event) => {
  const field = wedge();
  if (!field) return;
  clearTimeout(silence);
  if (event.key === "Enter" || event.key === "Tab" || /Enter$/.test(event.code)) {
    onEnd(event, field);
    return;
  }
  if (!writes(event)) return;
  const onControl = event.target.closest("button, a, summary, [role=button]") && event.key === " ";
  if (onControl) return;
  const into = isTyping(event.target) ? event.target : field;
  if (into !== event.target) focus(field);
  follow(event, into);
  listen(isComposing(event));
}, true);

// What stands in the field after sending is the next scan; what was sent comes back if it failed.
document.addEventListener("htmx:beforeSend", () => {
  const field = wedge();
  if (!field) return;
  busy = true;
  sent = field.value;
  field.value = "";
});

function giveBack() {
  busy = false;
  const field = wedge();
  waiting.length = 0;
  if (!field || field.value) return;
  field.value = sent;
  field.select();
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const field = wedge();
  if (!field || !event.detail.shouldSwap) return;
  typedMeanwhile = field.value;
  // htmx would scroll to the field that has the attribute; ready() puts the focus there calmly.
  event.detail.serverResponse = event.detail.serverResponse.replace(/ autofocus(?=[\s>])/g, "");
});

document.addEventListener("htmx:afterSwap", () => {
  const field = wedge();
  if (!field || !typedMeanwhile) return;
  field.value = typedMeanwhile;
  typedMeanwhile = "";
  focus(field);
});

/** Sends the next of what was scanned meanwhile; what is being typed stays. */
function next() {
  const field = wedge();
  if (!field || !waiting.length || busy || field.form.dataset.sent) return;
  const rest = field.value;
  send(field, waiting.shift());
  field.value = rest;
}

document.addEventListener("htmx:afterSettle", (event) => {
  const answer = event.target.querySelector("[data-beep]") || (event.target.matches("[data-beep]") ? event.target : null);
  const refused = Boolean(answer) && answer.dataset.beep === "refused";
  busy = false;
  if (answer) beep(!refused);
  ready();
  // Nobody confirms what was refused: an Enter that waited for it is dropped.
  if (refused) waiting.splice(0, waiting.length, ...waiting.filter(({ text }) => text));
  setTimeout(next);
});

// The session ended while goods lay on the counter: sent again as a plain form, the server asks
// for the password and keeps the basket; following its redirect here would lose it.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig } = event.detail;
  const form = requestConfig.elt.closest("form");
  if (xhr.status !== 401 || !form) return;
  event.preventDefault();
  const field = wedge();
  if (field) field.value = sent;
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

document.addEventListener("htmx:responseError", giveBack);
document.addEventListener("htmx:timeout", giveBack);

document.addEventListener("htmx:sendError", () => {
  beep(false);
  announce(words.offline);
  giveBack();
});

window.addEventListener("pageshow", ready);
