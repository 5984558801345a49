// The charts of a page, and of the fragments that come into it later.
import { drawAll } from "./draw.js";

drawAll(document);
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
