// 下载图片 of the Gantt chart: its table as one picture. The bars are SVG with colours of their own.
(function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg";
  var WIDTH = 1240;
  var ROW = 28;
  var HEAD = 76;
  var COLUMNS = { name: 16, share: 214, chart: 230, state: 990 };
  var CHART = 740;
  var TONES = { red: "#A81E1E", amber: "#7D4B00", green: "#14663B", blue: "#184880", grey: "#5A6677" };

  function put(parent, name, attributes, text) {
    var node = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) {
      node.setAttribute(key, attributes[key]);
    });
    if (text) node.textContent = text;
    parent.appendChild(node);
    return node;
  }

  function copy(parent, drawing, y, height) {
    var twin = drawing.cloneNode(true);
    twin.setAttribute("x", COLUMNS.chart);
    twin.setAttribute("y", y);
    twin.setAttribute("width", CHART);
    twin.setAttribute("height", height);
    parent.appendChild(twin);
  }

  function picture(table) {
    var rows = table.querySelectorAll("tbody tr");
    var height = HEAD + rows.length * ROW + 16;
    var font = window.jmsColors.font;
    var root = document.createElementNS(SVG, "svg");
    root.setAttribute("xmlns", SVG);
    root.setAttribute("width", WIDTH);
    root.setAttribute("height", height);
    root.setAttribute("font-family", font);
    root.appendChild(document.getElementById("gantt-late").parentNode.cloneNode(true));
    put(root, "rect", { width: WIDTH, height: height, fill: "#fff" });
    put(root, "text", { x: 16, y: 26, "font-size": 16, "font-weight": 600, fill: "#17202E" }, table.getAttribute("data-name"));
    copy(root, table.querySelector(".gantt-axis"), HEAD - 34, 34);
    Array.prototype.forEach.call(rows, function (row, index) {
      var top = HEAD + index * ROW;
      put(root, "line", { x1: 0, x2: WIDTH, y1: top, y2: top, stroke: "#E3E7EC" });
      var name = row.querySelector("th a, th").textContent.trim();
      put(root, "text", { x: COLUMNS.name, y: top + 19, "font-size": 13, fill: "#17202E" }, name);
      put(root, "text", { x: COLUMNS.share, y: top + 19, "font-size": 13, fill: "#17202E", "text-anchor": "end" }, row.querySelector("td.num").textContent.trim());
      copy(root, row.querySelector(".gantt-cell > svg"), top, ROW);
      put(root, "text", { x: COLUMNS.state, y: top + 19, "font-size": 13, fill: TONES[row.getAttribute("data-tone")] || "#17202E" }, row.getAttribute("data-state"));
    });
    return { svg: new XMLSerializer().serializeToString(root), width: WIDTH, height: height };
  }

  function save(table) {
    var drawn = picture(table);
    var address = URL.createObjectURL(new Blob([drawn.svg], { type: "image/svg+xml" }));
    var image = new Image();
    image.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = drawn.width * 2;
      canvas.height = drawn.height * 2;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(address);
      canvas.toBlob(function (blob) {
        var link = document.createElement("a");
        link.download = table.getAttribute("data-name") + ".png";
        link.href = URL.createObjectURL(blob);
        link.click();
        window.setTimeout(function () {
          URL.revokeObjectURL(link.href);
        }, 1000);
      });
    };
    image.src = address;
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-gantt-png]");
    if (button) save(document.getElementById(button.getAttribute("data-gantt-png")));
  });
})();
