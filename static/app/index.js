// What every page carries: htmx without eval and without inline styles (the CSP forbids both),
// and the small comforts of page.js, once.js and speech.js.
import htmx from "htmx.org";

import "./fonts.js";
import "./goods_in.js";
import "./once.js";
import "./page.js";
import "./rounds.js";
import "./speech.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  attributesToSettle: ["class"], // a style attribute, even an empty one, would break the CSP
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  timeout: 20000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});
