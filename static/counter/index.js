// The till with a USB scanner, which types a code and presses Enter. A field marked data-wedge
// keeps the focus, whatever was tapped or swapped; what is typed while no field has the focus
// goes there too, and so does a scanner's burst that hits another field. data-wedge="needed":
// Enter in the empty field does nothing. What is scanned during a request waits its turn.
import { announce } from "../app/once.js";
import { submit } from "../app/submit.js";
import { words } from "../app/words.js";
import "./paper.js";

// Some scanners send CR and LF: the second Enter arrives at once and must not submit nothing.
const ECHO_MS = 250;
// A scanner's keys follow each other faster than any finger; a burst is no shorter than a code.
const BURST_MS = 50;
const BURST_LEAST = 4;

const burst = { keys: "", at: 0, field: null, before: "" };
const waiting = [];
let lastScanAt = -ECHO_MS;
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

/** Keeps what was typed last as fast as a scanner types, and what its field held before. */
function follow(event) {
  const quick = event.timeStamp - burst.at < BURST_MS && event.target === burst.field;
  burst.at = event.timeStamp;
  if (quick && !event.repeat) {
    burst.keys += event.key;
    return;
  }
  burst.keys = event.repeat ? "" : event.key;
  burst.field = event.target;
  burst.before = event.target.value;
}

/** Whether this Enter ends a scanner's burst in a field that it was not meant for. */
function strayed(event, field) {
  return event.target !== field && isTyping(event.target) && event.target === burst.field
    && event.target.type !== "password"  // a PIN pad is as quick as a scanner
    && burst.keys.length >= BURST_LEAST && event.timeStamp - burst.at < BURST_MS;
}

function mustWait(field) {
  return busy || waiting.length > 0 || Boolean(field.form.dataset.sent);
}

function send(field, text) {
  field.value = text;
  focus(field);
  submit(field.form);
}

/** Sends what was scanned, now or after what was scanned before. */
function sendInTurn(field, text) {
  if (!mustWait(field)) {
    send(field, text);
    return;
  }
  waiting.push(text);
  field.value = "";
}

function onEnter(event, field) {
  if (strayed(event, field)) {
    event.preventDefault();
    event.stopPropagation();
    event.target.value = burst.before;
    lastScanAt = event.timeStamp;
    sendInTurn(field, burst.keys);
    burst.keys = "";
    return;
  }
  if (event.target !== field) return;
  const text = field.value.trim();
  const echo = !text && event.timeStamp - lastScanAt < ECHO_MS;
  const nothing = !text && field.dataset.wedge === "needed";
  if (text) lastScanAt = event.timeStamp;
  if (!echo && !nothing && !mustWait(field)) return;
  event.preventDefault();
  if (!echo && (text || !nothing)) sendInTurn(field, text);
}

document.addEventListener("keydown", (event) => {
  const field = wedge();
  if (!field || event.isComposing) return;
  if (event.key === "Enter") {
    onEnter(event, field);
    return;
  }
  const printable = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!printable) return;
  const onControl = event.target.closest("button, a, summary, [role=button]") && event.key === " ";
  if (isTyping(event.target)) follow(event);
  else if (!onControl) focus(field);
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
  if (refused) waiting.splice(0, waiting.length, ...waiting.filter((text) => text));
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
