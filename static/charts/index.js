// Draws the charts of a page. The numbers come from a JSON block beside each and stand in a
// table too: the canvas is a picture of the table, not a replacement for it.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

// Told apart in grey as well; the first is the accent.
const COLOURS = ["#c8321f", "#1f5f8b", "#8a5a00", "#1b7a3d", "#6b4c9a", "#4a4f55"];

/** What ECharts needs to know, from {labels, series: [{name, values}], unit}. */
function options(kind, title, { labels, series, unit = "" }) {
  const style = getComputedStyle(document.body);
  const text = {
    fontFamily: style.fontFamily,
    fontSize: Math.max(12, 0.8 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
    color: style.color,
  };
  const amount = new Intl.NumberFormat(document.documentElement.lang);
  const withUnit = (value) => (value === null ? "–" : amount.format(value) + (unit ? ` ${unit}` : ""));
  return {
    color: COLOURS,
    textStyle: text,
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    aria: { enabled: true, label: { description: title }, decal: { show: series.length > 1 } },
    grid: { left: 8, right: 16, top: 40, bottom: 4, containLabel: true },
    legend: { show: series.length > 1, top: 0, right: 0, itemGap: 20, textStyle: text },
    // Painted into the canvas: the usual box carries inline styles, which the CSP refuses.
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      axisPointer: { type: kind === "bar" ? "shadow" : "line" },
      valueFormatter: withUnit,
      textStyle: { ...text, color: "#231f1c" },
    },
    xAxis: {
      type: "category",
      data: labels,
      boundaryGap: kind === "bar",
      axisTick: { show: false },
      axisLine: { lineStyle: { color: "#a39a90" } },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: unit,
      nameTextStyle: { ...text, align: "left" },
      minInterval: 1,
      splitLine: { lineStyle: { color: "#e7e1d9" } },
      axisLabel: { ...text, formatter: (value) => amount.format(value) },
    },
    series: series.map(({ name, values }) => ({
      name,
      type: kind,
      data: values,
      barMaxWidth: 36,
      symbolSize: 7,
      lineStyle: { width: 2.5 },
      itemStyle: kind === "bar" ? { borderRadius: [4, 4, 0, 0] } : undefined,
    })),
  };
}

function draw(box) {
  if (box.dataset.drawn) return;
  box.dataset.drawn = "yes";
  const data = JSON.parse(document.getElementById(box.dataset.from).textContent);
  const chart = init(box, null, { renderer: "canvas" });
  const paint = () => chart.setOption(options(box.dataset.chart, box.dataset.title, data));
  paint();
  box.setAttribute("role", "img");
  // Fonts that came late, and the large-type switch, need new letters in the picture.
  if (document.fonts && document.fonts.addEventListener) document.fonts.addEventListener("loadingdone", paint);
  document.addEventListener("typechange", paint);
  window.addEventListener("resize", () => chart.resize());
  window.addEventListener("beforeprint", () => chart.resize());
}

function drawAll(container) {
  for (const box of container.querySelectorAll("[data-chart]")) draw(box);
}

drawAll(document);
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
