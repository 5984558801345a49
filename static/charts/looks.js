// How charts look: colours, letters and amounts, read from the page the chart stands in.

/** Letters, lines and colours of a chart's surroundings; the hall's are light on dark. */
export function looksOf(box) {
  const style = getComputedStyle(box);
  const named = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const base = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const size = Math.max(12, 0.8 * base);
  return {
    narrow: box.clientWidth < 480,
    width: box.clientWidth,
    text: { fontFamily: style.fontFamily, fontSize: size, color: style.color },
    soft: named("--ink-soft", "#625a53"),
    line: named("--rule", "#e4ddd3"),
    axis: named("--rule-strong", "#a39a90"),
    sheet: named("--sheet", "#fff"),
    // Told apart by every eye, and by dash and symbol as well; the first is the accent.
    colours: [
      named("--chart-1", "#c8321f"), named("--chart-2", "#1f5f8b"), named("--chart-3", "#a86a00"),
      named("--chart-4", "#1b7a3d"), named("--chart-5", "#6b4c9a"), named("--chart-6", "#4a4f55"),
    ],
    heat: [named("--heat-0", "#fdf3ee"), named("--heat-1", "#f0a48f"), named("--heat-2", "#8f1f10")],
    still: window.matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

const amounts = new Intl.NumberFormat(document.documentElement.lang || "zh-Hans-CN");

/** A number as people write it: 12,345. */
export function amount(value) {
  return amounts.format(value);
}

/** A number with its unit; a dash where there is none. */
export function withUnit(unit) {
  return (value) => (value === null || value === undefined ? "–" : amount(value) + (unit ? ` ${unit}` : ""));
}

/** What all kinds of charts share. */
export function common(title, looks) {
  return {
    color: looks.colours,
    textStyle: looks.text,
    animation: !looks.still,
    animationDuration: 300,
    animationDurationUpdate: 300,
    aria: { enabled: true, label: { description: title } },
    // Painted into the canvas: the usual box carries inline styles, which the CSP refuses.
    tooltip: {
      renderMode: "richText",
      confine: true,
      textStyle: { ...looks.text, color: "#231f1c" },
    },
  };
}
