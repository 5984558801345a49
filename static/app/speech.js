// Says a sentence aloud, for those who cannot read the screen. An element with data-say speaks
// when it appears, if the sound is switched on; data-speak on a button speaks when pressed.
import { recall, remember } from "./remember.js";

const canSpeak = "speechSynthesis" in window;

function isOn() {
  return recall("speech") === "on";
}

/** Speaks a sentence, cutting off the one before it. */
export function say(text) {
  if (!canSpeak || !text) return;
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = document.documentElement.lang;
  utterance.rate = 0.9;
  speechSynthesis.speak(utterance);
}

function sayWhatAppeared(container) {
  if (!isOn()) return;
  const element = container.matches("[data-say]") ? container : container.querySelector("[data-say]");
  if (element) say(element.dataset.say);
}

function showState() {
  for (const button of document.querySelectorAll("[data-toggle-speech]")) {
    button.hidden = !canSpeak;
    button.setAttribute("aria-pressed", String(isOn()));
  }
  for (const button of document.querySelectorAll("[data-speak]")) button.hidden = !canSpeak;
}

document.addEventListener("click", (event) => {
  const speak = event.target.closest("[data-speak]");
  if (speak) say(speak.dataset.speak);
  const toggle = event.target.closest("[data-toggle-speech]");
  if (toggle) {
    remember("speech", isOn() ? "off" : "on");
    showState();
    sayWhatAppeared(document.body);
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  showState();
  sayWhatAppeared(event.target);
});

showState();
sayWhatAppeared(document.body);
