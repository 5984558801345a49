// Of a delivery only the fields of the source chosen are shown; without a script both stand there,
// under their headings.
function show() {
  const chosen = document.querySelector("[name=source]:checked");
  for (const part of document.querySelectorAll("[data-only-source]")) {
    part.hidden = Boolean(chosen) && part.dataset.onlySource !== chosen.value;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.name === "source") show();
});
document.addEventListener("htmx:load", show);
show();
