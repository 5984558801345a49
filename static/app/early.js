// Runs before the page is painted: what the device remembers must not flash in afterwards.
document.documentElement.classList.add("js");
try {
  const type = localStorage.getItem("type");
  if (type === "large" || type === "huge") document.documentElement.classList.add(type);
} catch (refused) {
  // Storage is closed in some private windows; the page is then as the server sent it.
}
