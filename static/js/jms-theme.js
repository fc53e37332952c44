// The ECharts theme `jms` and the colours that charts.js shares with the style sheets (tokens.css).
(function () {
  "use strict";

  function token(name) {
    return window.getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  var ink = token("--ink-500");
  var text = { color: ink, fontFamily: token("--font"), fontSize: 12 };
  var axis = {
    axisLine: { show: true, lineStyle: { color: token("--line-strong") } },
    axisTick: { show: false },
    axisLabel: text,
    nameTextStyle: text,
    splitLine: { show: false, lineStyle: { color: ["#E9ECF0"] } },
  };
  var value = Object.assign({}, axis, {
    axisLine: { show: false },
    splitLine: { show: true, lineStyle: { color: ["#E9ECF0"] } },
  });

  window.jmsColors = {
    actual: token("--brand-600"),
    plan: token("--ink-400"),
    ink: token("--ink-900"),
    second: ink,
    surface: token("--surface"),
    line: token("--line-strong"),
    series: [token("--brand-600"), token("--brand-300"), ink, token("--amber-mark")],
    grades: [token("--brand-900"), token("--brand-600"), token("--brand-300"), token("--brand-200")],
    map: ["#E3EDF8", "#BCD5F0", "#86B2E2", "#2F6CB3", "#123F6E"],
    font: token("--font"),
  };

  window.echarts.registerTheme("jms", {
    color: window.jmsColors.series,
    backgroundColor: "transparent",
    textStyle: { fontFamily: token("--font"), fontSize: 12, color: token("--ink-900") },
    animation: false,
    legend: { textStyle: text, itemWidth: 14, itemHeight: 10 },
    tooltip: {
      renderMode: "richText", // HTML tooltips would insert inline styles
      backgroundColor: token("--surface"),
      borderColor: token("--line-strong"),
      textStyle: { color: token("--ink-900"), fontFamily: token("--font"), fontSize: 12 },
    },
    categoryAxis: axis,
    valueAxis: value,
    timeAxis: axis,
    line: { symbol: "none", lineStyle: { width: 2.5 } },
    bar: { barMaxWidth: 22 },
  });
})();
