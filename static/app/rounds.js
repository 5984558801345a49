// A mark that did not reach the server says so and is sent again; the form's own button would
// send it as well. Where the yard has no signal, nobody leaves by accident meanwhile.
const AGAIN_MS = 5000;

function sendAgain(row) {
  if (row.isConnected && row.classList.contains("is-unsaved")) {
    row.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function keepTrying(event) {
  const row = event.target.closest && event.target.closest("[data-mark]");
  if (!row) return;
  row.classList.add("is-unsaved");
  row.querySelector(".grade-foot span").textContent = row.parentElement.dataset.unsaved;
  const { xhr } = event.detail;
  if (xhr && xhr.status >= 400 && xhr.status < 500) return; // it was refused, not lost
  setTimeout(() => sendAgain(row), AGAIN_MS);
}

for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(kind, keepTrying);
}

window.addEventListener("online", () => document.querySelectorAll(".is-unsaved").forEach(sendAgain));

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector(".is-unsaved") && !document.querySelector("form[data-sent]")) {
    event.preventDefault();
  }
});
