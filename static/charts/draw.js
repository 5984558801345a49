// Draws the charts of a page. The numbers come from a JSON block beside each and stand in a
// table too: the canvas is a picture of the table, not a replacement for it. What the table
// links to, a click on the picture opens.
import { BarChart, GaugeChart, HeatmapChart, LineChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapContinuousComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { heat, ranked, rankedHeight, upright } from "./axes.js";
import { looksOf } from "./looks.js";
import { flow, gauge } from "./shapes.js";

use([
  BarChart, LineChart, HeatmapChart, SankeyChart, GaugeChart, AriaComponent, GridComponent,
  LegendComponent, TooltipComponent, VisualMapContinuousComponent, CanvasRenderer,
]);

/** What ECharts needs to know to draw a kind of chart. */
function options(kind, title, data, looks) {
  if (kind === "rank") return ranked(title, data, looks);
  if (kind === "heat") return heat(title, data, looks);
  if (kind === "flow") return flow(title, data, looks);
  if (kind === "gauge") return gauge(title, data, looks);
  return upright(kind, title, data, looks);
}

function numbersOf(box) {
  return JSON.parse(document.getElementById(box.dataset.from).textContent);
}

/** The address behind a point of the picture: a row's by its height, a time's by its place. */
function addressAt(chart, kind, data, point) {
  if (!data.urls || !chart.containPixel("grid", point)) return undefined;
  const [across, down] = chart.convertFromPixel("grid", point);
  return data.urls[kind === "rank" ? down : across];
}

/** Lets a click open what the table beside the chart links to. */
function follow(chart, box, dataNow) {
  const kind = box.dataset.chart;
  const go = (url) => {
    if (url) window.location.assign(url);
  };
  if (kind === "heat" || kind === "flow" || kind === "gauge") {
    chart.on("click", ({ data }) => go((Array.isArray(data) ? data[3] : data && data.url) || dataNow().url));
    return;
  }
  const surface = chart.getZr();
  const at = (event) => addressAt(chart, kind, dataNow(), [event.offsetX, event.offsetY]);
  surface.on("click", (event) => go(at(event)));
  surface.on("mousemove", (event) => surface.setCursorStyle(at(event) ? "pointer" : "default"));
}

/** Draws one chart; returns what draws it anew from other numbers. */
export function draw(box) {
  if (box.dataset.drawn) return undefined;
  let data = numbersOf(box);
  if (!data) return undefined; // nothing yet: it is drawn when there is something
  box.dataset.drawn = "yes";
  const kind = box.dataset.chart;
  if (kind === "rank" && !box.hasAttribute("data-fixed")) box.style.height = `${rankedHeight(data)}px`;
  const chart = init(box, null, { renderer: "canvas" });
  const paint = () => chart.setOption(options(kind, box.dataset.title, data, looksOf(box)));
  const resize = () => {
    chart.resize();
    paint();
  };
  paint();
  follow(chart, box, () => data);
  box.setAttribute("role", "img");
  // Fonts that came late, and the large-type switch, need new letters in the picture.
  if (document.fonts && document.fonts.addEventListener) document.fonts.addEventListener("loadingdone", paint);
  document.addEventListener("typechange", paint);
  window.addEventListener("resize", resize);
  window.addEventListener("beforeprint", () => chart.resize());
  return (fresh) => {
    data = fresh;
    paint();
  };
}

/** Draws every chart inside; the tables beside them fold up and stay a click away. */
export function drawAll(container) {
  const redraws = {};
  for (const box of container.querySelectorAll("[data-chart]")) redraws[box.id] = draw(box);
  for (const table of container.querySelectorAll("details[data-beside-chart]")) {
    table.open = false;
    table.removeAttribute("data-beside-chart");
  }
  return redraws;
}
