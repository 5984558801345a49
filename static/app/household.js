// What the household's own page carries: large type, reading aloud, sending once; no htmx.
import "./fonts.js";
import "./once.js";
import "./page.js";
import "./speech.js";
