// Small things this device remembers. Nothing of a person, nothing the server needs.

/** The remembered value, or null where storage is closed. */
export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch (refused) {
    return null;
  }
}

/** Keeps a value; a device that refuses simply forgets. */
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch (refused) {
    // Nothing is lost but the comfort.
  }
}
