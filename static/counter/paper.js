// A receipt's paper ends where the receipt ends: the sheet's length is set to its content's.
const ROLLS = { "receipt-58": 58, "receipt-80": 80 };
const PIXELS_PER_MM = 96 / 25.4;

function cut() {
  for (const [name, millimetres] of Object.entries(ROLLS)) {
    const receipt = document.querySelector(`.${name}`);
    if (!receipt) continue;
    receipt.classList.add("receipt-measured");
    const length = Math.ceil(receipt.getBoundingClientRect().height / PIXELS_PER_MM) + 1;
    receipt.classList.remove("receipt-measured");
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`@page { size: ${millimetres}mm ${length}mm; margin: 0; } @page receipt${millimetres} { size: ${millimetres}mm ${length}mm; margin: 0; }`);
    document.adoptedStyleSheets = [sheet];
  }
}

// Browsers without sheets of their own making keep the length that print.css gives.
if ("replaceSync" in CSSStyleSheet.prototype && "adoptedStyleSheets" in document) {
  window.addEventListener("beforeprint", cut);
  document.fonts.ready.then(cut);
}
