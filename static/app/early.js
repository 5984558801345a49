// Runs before the page is painted: what the device remembers must not flash in afterwards.
document.documentElement.classList.add("js");
try {
  if (localStorage.getItem("type") === "large") document.documentElement.classList.add("large");
} catch (refused) {
  // Storage is closed in some private windows; the page is then as the server sent it.
}
