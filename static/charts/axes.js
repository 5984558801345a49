// Charts with two axes: lines and bars over time, ranked bars, the heat map of a week.
import { amount, common, withUnit } from "./looks.js";

const SYMBOLS = ["circle", "diamond", "rect", "triangle"];
const DASHES = ["solid", [6, 4], [2, 3], [10, 4, 2, 4]];

/** Lines or upright bars, from {labels, series: [{name, values}], unit}. */
export function upright(kind, title, { labels, series, unit = "" }, looks) {
  const several = series.length > 1;
  return {
    ...common(title, looks),
    aria: { enabled: true, label: { description: title }, decal: { show: several && kind === "bar" } },
    grid: { left: 8, right: 16, top: 44, bottom: 4, containLabel: true },
    legend: { show: several, top: 0, right: 0, itemGap: 20, itemWidth: 32, textStyle: looks.text },
    tooltip: {
      ...common(title, looks).tooltip,
      trigger: "axis",
      axisPointer: { type: kind === "bar" ? "shadow" : "line" },
      valueFormatter: withUnit(unit),
    },
    xAxis: {
      type: "category",
      data: labels,
      boundaryGap: kind === "bar" || labels.length < 2,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: looks.axis } },
      axisLabel: { ...looks.text, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: unit,
      nameTextStyle: { ...looks.text, align: "left" },
      minInterval: 1,
      splitLine: { lineStyle: { color: looks.line } },
      axisLabel: { ...looks.text, formatter: amount },
    },
    series: series.map(({ name, values }, place) => ({
      name,
      type: kind,
      data: values,
      barMaxWidth: 36,
      symbol: SYMBOLS[place % SYMBOLS.length],
      symbolSize: 8,
      showSymbol: labels.length <= 45,
      showAllSymbol: true,
      lineStyle: { width: 2.5, type: DASHES[place % DASHES.length] },
      itemStyle: kind === "bar" ? { borderRadius: [4, 4, 0, 0] } : undefined,
    })),
  };
}

/** Bars lying down, the largest at the top, its amount at its end; several names two bars a place. */
export function ranked(title, { labels, series, unit = "" }, looks) {
  const several = series.length > 1;
  return {
    ...common(title, looks),
    aria: { enabled: true, label: { description: title }, decal: { show: several } },
    grid: { left: 4, right: looks.narrow ? 60 : 76, top: several ? 36 : 4, bottom: 4, containLabel: true },
    legend: { show: several, top: 0, right: 0, itemGap: 20, textStyle: looks.text },
    tooltip: {
      ...common(title, looks).tooltip,
      trigger: "axis",
      axisPointer: { type: "shadow" },
      valueFormatter: withUnit(unit),
    },
    xAxis: { type: "value", show: false, min: 0 },
    yAxis: {
      type: "category",
      inverse: true,
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: looks.axis } },
      axisLabel: { ...looks.text, width: looks.narrow ? 96 : 150, overflow: "break", lineHeight: looks.text.fontSize * 1.15 },
    },
    series: series.map(({ name, values }) => ({
      name,
      type: "bar",
      data: values,
      barMaxWidth: several ? 14 : 20,
      itemStyle: { borderRadius: [0, 4, 4, 0] },
      label: {
        ...looks.text,
        show: true,
        position: "right",
        formatter: ({ value }) => amount(value),
      },
    })),
  };
}

/** A ranked chart is as high as it has bars. */
export function rankedHeight({ labels, series }) {
  const each = series.length > 1 ? 42 : 34;
  return Math.max(120, labels.length * each + (series.length > 1 ? 44 : 12));
}

/** Weekdays down, hours across, from {columns, rows, cells: [[column, row, value]], unit}. */
export function heat(title, { columns, rows, cells, unit = "" }, looks) {
  const most = Math.max(1, ...cells.map((cell) => cell[2]));
  const roomy = looks.width / columns.length >= 34;
  return {
    ...common(title, looks),
    grid: { left: 4, right: 8, top: 4, bottom: 44, containLabel: true },
    tooltip: {
      ...common(title, looks).tooltip,
      formatter: ({ value }) => `${rows[value[1]]} ${columns[value[0]]}\n${withUnit(unit)(value[2])}`,
    },
    xAxis: {
      type: "category",
      data: columns,
      splitArea: { show: false },
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...looks.text, hideOverlap: true },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: looks.text,
    },
    visualMap: {
      dimension: 2,
      min: 0,
      max: most,
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemWidth: 14,
      itemHeight: 120,
      text: [withUnit(unit)(most), "0"],
      textStyle: looks.text,
      inRange: { color: looks.heat },
    },
    series: [{
      type: "heatmap",
      data: cells,
      label: {
        show: roomy,
        fontFamily: looks.text.fontFamily,
        fontSize: looks.text.fontSize,
        formatter: ({ value }) => (value[2] ? amount(value[2]) : ""),
      },
      itemStyle: { borderColor: looks.sheet, borderWidth: 2, borderRadius: 4 },
      emphasis: { itemStyle: { borderColor: looks.text.color } },
    }],
  };
}
