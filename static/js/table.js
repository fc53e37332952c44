// Ticked rows: one by one, a range with Shift, the page, or all that the filter finds; and the bulk bar.
(function () {
  "use strict";

  function list(root, selector) {
    return Array.prototype.slice.call(root.querySelectorAll(selector));
  }

  function setUp(table) {
    if (table.getAttribute("data-tick-ready")) return;
    table.setAttribute("data-tick-ready", "1");
    var bar = table.querySelector("[data-bulk-bar]");
    var every = table.querySelector("[data-tick-every-input]");
    var total = bar && bar.getAttribute("data-total");
    var last = null;

    function ticks() {
      return list(table, "[data-tick]");
    }

    function isEvery() {
      return Boolean(every && every.value);
    }

    function show() {
      var all = ticks();
      var ticked = all.filter(function (tick) {
        return tick.checked;
      });
      all.forEach(function (tick) {
        var row = tick.closest("tr");
        if (row) row.classList.toggle("is-selected", tick.checked);
      });
      list(table, "[data-tick-all]").forEach(function (box) {
        box.checked = ticked.length > 0 && ticked.length === all.length;
        box.indeterminate = ticked.length > 0 && ticked.length < all.length;
      });
      if (!bar) return;
      bar.hidden = ticked.length === 0;
      list(bar, "[data-tick-count]").forEach(function (place) {
        place.textContent = isEvery() && total ? total : String(ticked.length);
      });
    }

    function setEvery(value) {
      if (every) every.value = value;
    }

    table.addEventListener("click", function (event) {
      var tick = event.target.closest("[data-tick]");
      if (tick) {
        if (event.shiftKey && last && last !== tick) {
          var all = ticks();
          var from = Math.min(all.indexOf(last), all.indexOf(tick));
          var to = Math.max(all.indexOf(last), all.indexOf(tick));
          for (var i = Math.max(from, 0); i <= to; i += 1) all[i].checked = tick.checked;
        }
        last = tick;
        setEvery("");
        show();
      }
      var whole = event.target.closest("[data-tick-all]");
      if (whole) {
        ticks().forEach(function (box) {
          box.checked = whole.checked;
        });
        setEvery("");
        show();
      }
      if (event.target.closest("[data-tick-every]")) {
        ticks().forEach(function (box) {
          box.checked = true;
        });
        setEvery("1");
        show();
      }
      if (event.target.closest("[data-tick-clear]")) {
        ticks().forEach(function (box) {
          box.checked = false;
        });
        setEvery("");
        last = null;
        show();
      }
      var act = event.target.closest("[data-confirm-every]");
      // An act on more than the page asks once and names the number.
      if (act && isEvery() && !window.confirm(act.getAttribute("data-confirm-every"))) {
        event.preventDefault();
      }
    });
    show();
  }

  function start(root) {
    list(root, "[data-tick-table]").forEach(setUp);
  }

  document.addEventListener("DOMContentLoaded", function () {
    start(document);
    document.body.addEventListener("htmx:afterSwap", function () {
      start(document);
    });
  });
})();
