// Charts without axes: where points came from and went, and how far goods and money reach.
import { amount, common, withUnit } from "./looks.js";

/** Points in and out, from {nodes: [{name, value, colour, side}], links: [{source, target, value}]}. */
export function flow(title, { nodes, links, unit = "" }, looks) {
  const said = withUnit(unit);
  return {
    ...common(title, looks),
    tooltip: {
      ...common(title, looks).tooltip,
      formatter: ({ dataType, data }) =>
        dataType === "edge" ? `${data.source} → ${data.target}\n${said(data.value)}` : `${data.name}\n${said(data.amount)}`,
    },
    series: [{
      type: "sankey",
      left: 4,
      right: 4,
      top: 8,
      bottom: 8,
      nodeWidth: 12,
      nodeGap: looks.narrow ? 34 : 26,
      draggable: false,
      layoutIterations: 0,
      emphasis: { focus: "adjacency" },
      lineStyle: { color: "gradient", opacity: 0.35, curveness: 0.5 },
      // The words stand inside, over the streams, so that none is cut on a phone.
      data: nodes.map((node) => ({
        name: node.name,
        amount: node.value,
        itemStyle: { color: looks.colours[node.colour] },
        label: {
          ...looks.text,
          position: node.side === "right" ? "left" : "right",
          align: node.side === "right" ? "right" : "left",
          lineHeight: looks.text.fontSize * 1.3,
          formatter: `${node.name}\n${amount(node.value)}`,
        },
      })),
      links,
    }],
  };
}

/** One figure against its marks, from {value, most, bands: [[to, colour]], words, unit}. */
export function gauge(title, { value, most, bands, words, unit = "%" }, looks) {
  const wide = Math.max(14, Math.min(26, looks.width / 22));
  return {
    ...common(title, looks),
    tooltip: { show: false },
    series: [{
      type: "gauge",
      min: 0,
      max: most,
      startAngle: 190,
      endAngle: -10,
      radius: "92%",
      center: ["50%", "56%"],
      splitNumber: 4,
      axisLine: { lineStyle: { width: wide, color: bands.map(([to, colour]) => [to / most, looks.colours[colour]]) } },
      axisTick: { show: false },
      splitLine: { length: wide, distance: -wide, lineStyle: { color: looks.sheet, width: 2 } },
      axisLabel: { ...looks.text, color: looks.soft, distance: wide + 6, formatter: (mark) => `${amount(Math.round(mark))}` },
      pointer: { length: "62%", width: 6, itemStyle: { color: looks.text.color } },
      anchor: { show: true, size: 14, itemStyle: { color: looks.text.color } },
      title: { ...looks.text, offsetCenter: [0, "78%"], fontWeight: 500 },
      detail: {
        ...looks.text,
        offsetCenter: [0, "48%"],
        fontSize: looks.text.fontSize * 2.2,
        fontWeight: 700,
        formatter: () => `${amount(value)}${unit}`,
      },
      data: [{ value: Math.min(value, most), name: words }],
    }],
  };
}
