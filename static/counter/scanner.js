// Tells a scanner from fingers by its speed, and what it scanned from what the computer made of
// its keys: an input method or the keyboard of another country turns them into something else,
// but which keys were pressed stays known.

// A scanner's keys follow each other faster than any finger; a burst is no shorter than a code.
const BURST_MS = 50;
const BURST_LEAST = 4;
// Without an Enter behind it a code is over when nothing follows; goods have 8 digits at least.
const WHOLE_LEAST = 8;
export const SILENCE_MS = 300;

const PLAIN = {
  Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Backslash: "\\", Semicolon: ";",
  Quote: "'", Comma: ",", Period: ".", Slash: "/", Space: " ", NumpadMultiply: "*",
  NumpadSubtract: "-", NumpadAdd: "+", NumpadDivide: "/", NumpadDecimal: ".",
};
const SHIFTED = {
  Minus: "_", Equal: "+", BracketLeft: "{", BracketRight: "}", Backslash: "|", Semicolon: ":",
  Quote: '"', Comma: "<", Period: ">", Slash: "?",
};

const burst = { typed: "", keys: "", at: 0, field: null, before: "" };

/** Whether the key went to an input method, which has its own mind about it. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229 || event.key === "Process";
}

/** The character on the key of a scanner's own keyboard, whatever the computer's is. */
function keyOf(event) {
  const code = event.code || "";
  const last = code.slice(-1);
  if (/^Key[A-Z]$/.test(code)) return event.shiftKey ? last : last.toLowerCase();
  if (/^Numpad[0-9]$/.test(code)) return last;
  if (/^Digit[0-9]$/.test(code)) return event.shiftKey ? ")!@#$%^&*("[Number(last)] : last;
  return (event.shiftKey && SHIFTED[code]) || PLAIN[code] || (event.key.length === 1 ? event.key : "");
}

/** Whether a key writes something. */
export function writes(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return event.key.length === 1 || event.key === "Dead" || (isComposing(event) && keyOf(event) !== "");
}

/** Keeps what is typed into a field as fast as a scanner types, and what it held before. */
export function follow(event, field) {
  const quick = event.timeStamp - burst.at < BURST_MS && field === burst.field;
  burst.at = event.timeStamp;
  if (!quick || event.repeat) {
    burst.typed = "";
    burst.keys = "";
    burst.field = field;
    burst.before = field.value;
  }
  if (event.repeat) return;
  if (event.key.length === 1) burst.typed += event.key;
  burst.keys += keyOf(event);
}

/** Whether a scanner has just typed into a field: not a PIN, whose pad is as quick. */
export function justScanned(event, field) {
  return field === burst.field && field.type !== "password"
    && burst.keys.length >= BURST_LEAST && event.timeStamp - burst.at < BURST_MS;
}

/** Whether what stands there may be a whole code that no Enter followed. */
export function mayBeWhole() {
  return burst.field && burst.field.type !== "password" && burst.keys.length >= WHOLE_LEAST;
}

/** What was typed before the scan, the scan as the computer read it, and as it was keyed. */
export function scanned() {
  const { field, before, typed, keys } = burst;
  return { field, before, typed, keys };
}

/** Forgets the burst: it has been sent. */
export function forget() {
  burst.typed = "";
  burst.keys = "";
  burst.field = null;
}
