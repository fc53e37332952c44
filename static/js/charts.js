// Draws <div data-chart="line|bar|stack|map" data-source="id of a json_script">. The table beside it is the page's.
(function () {
  "use strict";
  var colors = window.jmsColors;
  var drawn = [];

  function thousands(value) {
    if (value === null || value === undefined || value === "") return "—";
    var parts = String(value).split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    return parts.join(".");
  }

  function grid(extra) {
    return Object.assign({ left: 8, right: 24, top: 32, bottom: 4, containLabel: true }, extra);
  }

  // --- lines: actual solid, plan grey, forecast dashed -----------------------------------------
  function lineOption(data) {
    var styles = {
      actual: { color: colors.actual, width: 2.5, type: "solid" },
      plan: { color: colors.plan, width: 1.5, type: "solid" },
      forecast: { color: colors.actual, width: 2, type: "dashed" },
    };
    var series = data.series.map(function (one, index) {
      var kind = one.kind || "actual";
      var style = Object.assign({}, styles[kind] || styles.actual);
      style.width *= colors.scale;
      if (!one.kind) style.color = colors.series[index % colors.series.length];
      var lastIndex = -1;
      one.values.forEach(function (value, place) {
        if (value !== null) lastIndex = place;
      });
      return {
        name: one.name,
        type: "line",
        data: one.values.map(function (value, place) {
          var isLast = place === lastIndex && kind === "actual";
          return isLast
            ? { value: value, symbol: "circle", symbolSize: 7 * colors.scale, label: lastLabel(value) }
            : { value: value, symbol: "none" };
        }),
        showSymbol: true,
        showAllSymbol: true,
        connectNulls: false,
        lineStyle: style,
        itemStyle: { color: style.color },
      };
    });
    (data.ranges || []).forEach(function (one) {
      // two invisible lines, the area between them tinted
      ["low", "gap"].forEach(function (part) {
        series.push({
          name: one.name,
          type: "line",
          stack: one.name,
          data: one[part],
          symbol: "none",
          silent: true,
          lineStyle: { opacity: 0 },
          itemStyle: { color: colors.range },
          tooltip: { show: false },
          areaStyle: part === "gap" ? { color: colors.range, opacity: 1 } : undefined,
          z: 1,
        });
      });
    });
    if (data.marks && series.length) {
      series[0].markPoint = {
        silent: true,
        symbolSize: 9 * colors.scale,
        data: data.marks.map(function (mark) {
          return {
            coord: [mark.x, mark.y],
            symbol: mark.is_forecast ? "circle" : "diamond",
            itemStyle: mark.is_forecast
              ? { color: colors.surface, borderColor: colors.actual, borderWidth: 2 * colors.scale }
              : { color: colors.ink },
            label: {
              show: Boolean(mark.label),
              formatter: mark.label,
              position: mark.below ? "bottom" : "top",
              color: colors.ink,
              fontSize: colors.size,
            },
          };
        }),
      };
    }
    if (data.target && series.length) {
      series[0].markLine = {
        silent: true,
        symbol: "none",
        lineStyle: { color: colors.second, width: 1, type: "solid" },
        label: { formatter: data.target.label, color: colors.second, position: "insideEndTop" },
        data: [{ yAxis: data.target.value }],
      };
    }
    return {
      legend: { top: 0, left: 0, show: series.length > 1 },
      grid: grid(data.wide ? { right: 48, top: 20 + colors.size * 2 } : {}),
      tooltip: { trigger: "axis", valueFormatter: thousands },
      xAxis: { type: "category", data: data.x, boundaryGap: false },
      yAxis: {
        type: "value",
        scale: data.min === undefined,
        min: data.min,
        max: data.target
          ? function (range) {
              return Math.max(range.max, data.target.value);
            }
          : undefined,
        axisLabel: { formatter: thousands },
      },
      series: series,
    };
  }

  function lastLabel(value) {
    return {
      show: true,
      position: "top",
      color: colors.actual,
      fontWeight: 600,
      fontSize: colors.size,
      formatter: function () {
        return thousands(value);
      },
    };
  }

  // --- bars: from 0, amber with hatching for what is over a limit ---------------------------------
  function barOption(data, stacked) {
    var names = { type: "category", data: data.x, inverse: Boolean(data.horizontal) };
    var values = { type: "value", min: 0, axisLabel: { formatter: thousands } };
    var palette = data.palette === "grades" ? colors.grades : colors.series;
    return {
      legend: { top: 0, left: 0, show: data.series.length > 1 },
      grid: grid({ right: 24, top: data.series.length > 1 ? 32 : 12 }),
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: thousands },
      xAxis: data.horizontal ? values : names,
      yAxis: data.horizontal ? names : values,
      series: data.series.map(function (one, index) {
        var color = one.over ? colors.series[3] : palette[index % palette.length];
        return {
          name: one.name,
          type: "bar",
          stack: stacked ? "all" : undefined,
          data: one.values,
          itemStyle: {
            color: color,
            borderColor: colors.surface,
            borderWidth: stacked ? 1 : 0,
            decal: one.over ? { color: "rgba(255,255,255,.5)", rotation: 0.785, dashArrayX: [1, 0], dashArrayY: [3, 3] } : undefined,
          },
        };
      }),
    };
  }

  // --- the map: five blues, white borders, the city districts enlarged -----------------------------
  var INSET = { lng: [130.255, 130.6], lat: [46.715, 46.945] };
  var ASPECT = 0.68;

  function stepOf(value, steps) {
    if (value === null || value === undefined) return -1;
    var step = 0;
    while (step < steps.length && value >= steps[step]) step += 1;
    return step;
  }

  function regions(data, withValues, size) {
    return data.values.map(function (one) {
      var step = stepOf(one.value, data.steps);
      var fill = step < 0 ? colors.mapNone : colors.map[step];
      var ink = (step < 0 ? colors.mapIsDark[0] : colors.mapIsDark[step]) ? "#fff" : colors.dark;
      var shown = one.value === null ? "—" : one.value.toFixed(2) + data.unit;
      return {
        name: one.name,
        itemStyle: { areaColor: fill, borderColor: colors.mapBorder, borderWidth: colors.scale },
        label: {
          show: true,
          formatter: withValues ? one.name + "\n" + shown : one.name,
          color: ink,
          textBorderColor: fill,
          textBorderWidth: 3 * colors.scale,
          fontSize: size,
          lineHeight: size * 1.3,
          fontFamily: colors.font,
        },
        emphasis: { itemStyle: { areaColor: fill, borderColor: colors.ink, borderWidth: 2 }, label: { color: ink } },
      };
    });
  }

  function hideLabels(list, keep) {
    return list.map(function (region) {
      if (keep(region.name)) return region;
      return Object.assign({}, region, { label: { show: false }, emphasis: Object.assign({}, region.emphasis, { label: { show: false } }) });
    });
  }

  function clipShape(geo) {
    // Only what lies near the window: a far polygon would stretch the inset's frame.
    return {
      type: "FeatureCollection",
      features: geo.features
        .map(function (feature) {
          var geometry = clipGeometry(feature.geometry);
          var properties = { name: feature.properties.name, cp: widestPoint(geometry) };
          return { type: "Feature", properties: properties, geometry: geometry };
        })
        .filter(function (feature) {
          return feature.geometry.coordinates.length > 0;
        }),
    };
  }

  function clipGeometry(geometry) {
    var polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    var kept = polygons
      .map(function (polygon) {
        return polygon.map(clipRing).filter(function (ring) {
          return ring.length > 3;
        });
      })
      .filter(function (polygon) {
        return polygon.length > 0;
      });
    return { type: "MultiPolygon", coordinates: kept };
  }

  // Where a cut region has most room for its name: of a grid of points, the one farthest from its edge.
  function widestPoint(geometry) {
    var best = null;
    var room = -1;
    var cells = 28;
    for (var i = 1; i < cells; i += 1) {
      for (var j = 1; j < cells; j += 1) {
        var at = [
          INSET.lng[0] + ((INSET.lng[1] - INSET.lng[0]) * i) / cells,
          INSET.lat[0] + ((INSET.lat[1] - INSET.lat[0]) * j) / cells,
        ];
        var free = roomAt(at, geometry);
        if (free > room) {
          room = free;
          best = at;
        }
      }
    }
    return best;
  }

  function roomAt(at, geometry) {
    var inside = false;
    var nearest = Infinity;
    geometry.coordinates.forEach(function (polygon) {
      polygon.forEach(function (ring) {
        for (var k = 0; k < ring.length - 1; k += 1) {
          var a = ring[k];
          var b = ring[k + 1];
          if (a[1] > at[1] !== b[1] > at[1] && at[0] < ((b[0] - a[0]) * (at[1] - a[1])) / (b[1] - a[1]) + a[0]) {
            inside = !inside;
          }
          var dx = (at[0] - (a[0] + b[0]) / 2) * ASPECT;
          var dy = at[1] - (a[1] + b[1]) / 2;
          nearest = Math.min(nearest, Math.sqrt(dx * dx + dy * dy), Math.hypot((at[0] - a[0]) * ASPECT, at[1] - a[1]));
        }
      });
    });
    return inside ? nearest : -1;
  }

  function clipRing(ring) {
    // Sutherland–Hodgman against the four sides of the window.
    var sides = [
      [0, INSET.lng[0], 1],
      [0, INSET.lng[1], -1],
      [1, INSET.lat[0], 1],
      [1, INSET.lat[1], -1],
    ];
    var points = ring;
    sides.forEach(function (side) {
      var axis = side[0];
      var limit = side[1];
      var sign = side[2];
      var out = [];
      points.forEach(function (point, index) {
        var before = points[(index + points.length - 1) % points.length];
        var inside = sign * (point[axis] - limit) >= 0;
        var wasInside = sign * (before[axis] - limit) >= 0;
        if (inside !== wasInside) {
          var share = (limit - before[axis]) / (point[axis] - before[axis]);
          var cross = [
            before[0] + share * (point[0] - before[0]),
            before[1] + share * (point[1] - before[1]),
          ];
          cross[axis] = limit;
          out.push(cross);
        }
        if (inside) out.push(point);
      });
      points = out;
    });
    if (points.length) points = points.concat([points[0]]);
    return points;
  }

  function mapOption(data, width, height) {
    var wide = width >= 500;
    var all = regions(data, wide, colors.size);
    var near = data.inset_names || [];
    var side = data.wide ? Math.min(width * 0.36, height * 0.42) : Math.min(width * 0.44, 160);
    var geo = [
      {
        map: "jms-city",
        roam: false,
        silent: false,
        aspectScale: ASPECT,
        left: 4,
        right: 4,
        top: data.inset ? (data.wide ? height * 0.2 : Math.min(90, height * 0.22)) : 8,
        bottom: 4,
        regions: data.inset ? hideLabels(all, function (name) { return near.indexOf(name) < 0; }) : all,
        itemStyle: { areaColor: colors.mapNone, borderColor: colors.mapBorder },
        label: { fontFamily: colors.font },
      },
    ];
    var graphic = [];
    if (data.inset) {
      geo.push({
        map: "jms-inset",
        roam: false,
        aspectScale: ASPECT,
        left: 6,
        top: colors.size + 10,
        width: side,
        height: side,
        boundingCoords: [
          [INSET.lng[0], INSET.lat[1]],
          [INSET.lng[1], INSET.lat[0]],
        ],
        regions: hideLabels(all, function (name) { return near.indexOf(name) >= 0; }),
        itemStyle: { areaColor: colors.mapNone, borderColor: colors.mapBorder },
        label: { fontFamily: colors.font },
      });
      graphic = [
        { type: "text", left: 4, top: 2, style: { text: "城区放大", fill: colors.second, font: colors.size + "px " + colors.font } },
      ];
    }
    return {
      tooltip: {
        trigger: "item",
        formatter: function (item) {
          var one = find(data, item.name);
          return one ? one.name + "　" + (one.value === null ? "—" : one.value.toFixed(2) + data.unit) : item.name;
        },
      },
      geo: geo,
      graphic: graphic,
    };
  }

  function find(data, name) {
    return data.values.filter(function (one) {
      return one.name === name;
    })[0];
  }

  function frameInset(chart) {
    // The frame follows the drawn inset, whatever the window's size.
    var corner = chart.convertToPixel({ geoIndex: 1 }, [INSET.lng[0], INSET.lat[1]]);
    var other = chart.convertToPixel({ geoIndex: 1 }, [INSET.lng[1], INSET.lat[0]]);
    if (!corner || !other) return;
    chart.setOption({
      graphic: [
        {
          id: "inset-frame",
          type: "rect",
          silent: true,
          shape: { x: corner[0] - 2, y: corner[1] - 2, width: other[0] - corner[0] + 4, height: other[1] - corner[1] + 4 },
          style: { fill: "none", stroke: colors.second, lineWidth: 1 },
        },
      ],
    });
  }

  // The names that the inset carries: those whose middle lies in its window or just beside it.
  function nearNames(shape) {
    var margin = 0.05;
    return shape.features
      .filter(function (feature) {
        var at = feature.properties.centroid || [0, 0];
        return (
          at[0] >= INSET.lng[0] - margin && at[0] <= INSET.lng[1] + margin &&
          at[1] >= INSET.lat[0] - margin && at[1] <= INSET.lat[1] + margin
        );
      })
      .map(function (feature) {
        return feature.properties.name;
      });
  }

  function drawMap(chart, box, data) {
    return window
      .fetch(data.map_url, { credentials: "same-origin" })
      .then(function (answer) {
        return answer.json();
      })
      .then(function (shape) {
        shape.features.forEach(function (feature) {
          feature.properties.cp = feature.properties.centroid;
        });
        window.echarts.registerMap("jms-city", shape);
        if (data.inset) window.echarts.registerMap("jms-inset", clipShape(shape));
        data.inset_names = data.inset_names || nearNames(shape);
        var draw = function (next) {
          if (next) {
            next.inset_names = data.inset_names;
            data = next;
          }
          chart.setOption(mapOption(data, box.clientWidth, box.clientHeight), true);
          if (data.inset) frameInset(chart);
        };
        draw();
        chart.on("click", function (item) {
          var one = find(data, item.name);
          if (one && one.url) window.location.assign(one.url);
        });
        return draw;
      });
  }

  // --- all charts of a page -----------------------------------------------------------------------
  var OPTIONS = {
    line: lineOption,
    bar: barOption,
    stack: function (data) {
      return barOption(data, true);
    },
  };

  function draw(box) {
    if (box.getAttribute("data-chart-ready")) return;
    box.setAttribute("data-chart-ready", "1");
    var source = document.getElementById(box.getAttribute("data-source"));
    if (!source) return;
    var data = JSON.parse(source.textContent);
    var kind = box.getAttribute("data-chart");
    var renderer = kind === "map" ? "canvas" : "svg";
    var chart = window.echarts.init(box, "jms", { renderer: renderer });
    var entry = { box: box, chart: chart, redraw: null };
    drawn.push(entry);
    if (kind === "map") {
      drawMap(chart, box, data)
        .then(function (redraw) {
          entry.redraw = redraw;
        })
        .catch(function () {
          box.textContent = "地图没有取到，请看旁边的表格。";
        });
    } else {
      chart.setOption(OPTIONS[kind](data));
    }
  }

  // The page has put new data beside a chart that is drawn already.
  function refresh(id) {
    drawn.forEach(function (entry) {
      if (entry.box.id !== id) return;
      var source = document.getElementById(entry.box.getAttribute("data-source"));
      if (!source) return;
      var data = JSON.parse(source.textContent);
      if (entry.redraw) entry.redraw(data);
      else if (entry.box.getAttribute("data-chart") !== "map") {
        entry.chart.setOption(OPTIONS[entry.box.getAttribute("data-chart")](data), true);
      }
    });
  }

  function savePicture(id) {
    drawn.forEach(function (entry) {
      if (entry.box.id !== id) return;
      var link = document.createElement("a");
      link.download = (entry.box.getAttribute("data-name") || id) + ".png";
      toPng(entry, function (address) {
        link.href = address;
        link.click();
      });
    });
  }

  function toPng(entry, done) {
    // An SVG chart is drawn once more on a canvas that nobody sees.
    var source = entry.chart;
    if (entry.box.getAttribute("data-chart") === "map") {
      done(source.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#fff" }));
      return;
    }
    var spare = document.createElement("div");
    spare.style.width = entry.box.clientWidth + "px";
    spare.style.height = entry.box.clientHeight + "px";
    var copy = window.echarts.init(spare, "jms", { renderer: "canvas", width: entry.box.clientWidth, height: entry.box.clientHeight });
    copy.setOption(source.getOption());
    done(copy.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#fff" }));
    copy.dispose();
  }

  function start() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart]"), draw);
  }

  var waiting = 0;
  function resize() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      drawn.forEach(function (entry) {
        entry.chart.resize();
        if (entry.redraw) entry.redraw();
      });
    }, 120);
  }

  document.addEventListener("DOMContentLoaded", function () {
    start();
    document.body.addEventListener("htmx:afterSwap", start);
    document.addEventListener("click", function (event) {
      var button = event.target.closest("[data-chart-png]");
      if (button) savePicture(button.getAttribute("data-chart-png"));
    });
  });
  window.addEventListener("resize", resize);
  document.addEventListener("jms:resized", resize);
  document.addEventListener("jms:data", function (event) {
    refresh(event.detail);
  });
})();
