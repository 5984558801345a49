/** Sends a form as its own button would: validated, seen by htmx, guarded by data-once. */
export function submit(form) {
  if (form.requestSubmit) form.requestSubmit();
  else form.querySelector("button[type=submit]").click();
}
