// The ECharts theme `jms` and the colours that charts.js shares with the style sheets (tokens.css).
(function () {
  "use strict";

  function token(name) {
    return window.getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // On the wall one rem is a share of the screen, and the tokens are dark; elsewhere the defaults hold.
  var isWall = document.documentElement.classList.contains("wall-page");
  var size = isWall ? Math.max(12, parseFloat(window.getComputedStyle(document.documentElement).fontSize)) : 12;

  function tokenOr(name, fallback) {
    return token(name) || fallback;
  }

  var split = tokenOr("--chart-split", "#E9ECF0");
  var ink = token("--ink-500");
  var text = { color: ink, fontFamily: token("--font"), fontSize: size };
  var axis = {
    axisLine: { show: true, lineStyle: { color: token("--line-strong") } },
    axisTick: { show: false },
    axisLabel: text,
    nameTextStyle: text,
    splitLine: { show: false, lineStyle: { color: [split] } },
  };
  var value = Object.assign({}, axis, {
    axisLine: { show: false },
    splitLine: { show: true, lineStyle: { color: [split] } },
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
    map: ["#E3EDF8", "#BCD5F0", "#86B2E2", "#2F6CB3", "#123F6E"].map(function (color, index) {
      return tokenOr("--map-" + (index + 1), color);
    }),
    // which steps of the map are so dark that names on them are white
    mapIsDark: isWall ? [true, true, true, false, false] : [false, false, false, true, true],
    mapNone: tokenOr("--map-none", "#EEF1F4"),
    mapBorder: tokenOr("--map-border", "#fff"),
    dark: isWall ? "#0b1728" : token("--ink-900"),
    range: isWall ? "#24466f" : "#D5E5F6",
    font: token("--font"),
    size: size,
    // lines and marks grow with the screen as the letters do
    scale: isWall ? Math.max(1, size / 16) : 1,
  };

  window.echarts.registerTheme("jms", {
    color: window.jmsColors.series,
    backgroundColor: "transparent",
    textStyle: { fontFamily: token("--font"), fontSize: size, color: token("--ink-900") },
    animation: false,
    legend: { textStyle: text, itemWidth: (14 * size) / 12, itemHeight: (10 * size) / 12 },
    tooltip: {
      renderMode: "richText", // HTML tooltips would insert inline styles
      backgroundColor: token("--surface"),
      borderColor: token("--line-strong"),
      textStyle: { color: token("--ink-900"), fontFamily: token("--font"), fontSize: size },
    },
    categoryAxis: axis,
    valueAxis: value,
    timeAxis: axis,
    line: { symbol: "none", lineStyle: { width: 2.5 } },
    bar: { barMaxWidth: 22 },
  });
})();
