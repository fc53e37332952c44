// The wall: takes its parts anew each minute, changes only those that differ, says when it has had none for long.
(function () {
  "use strict";
  var EVERY = 60 * 1000;
  var MISSES = 3;
  var TURN = 8 * 1000;
  var body = document.body;
  var state = document.querySelector("[data-wall-state]");
  var misses = 0;
  var seen = {};

  function remember(root) {
    Array.prototype.forEach.call(root.querySelectorAll("[data-part]"), function (part) {
      seen[part.id] = part.innerHTML;
    });
  }

  function say(text, isStale) {
    state.classList.toggle("is-stale", isStale);
    if (state.lastChild.textContent !== text) state.lastChild.textContent = text;
  }

  function take(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.querySelector("[data-wall-parts]")) throw new Error("no parts");
    Array.prototype.forEach.call(fresh.querySelectorAll("[data-part]"), function (part) {
      var old = document.getElementById(part.id);
      if (!old || seen[part.id] === part.innerHTML) return;
      seen[part.id] = part.innerHTML;
      var focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      old.innerHTML = part.innerHTML;
      if (focused) {
        var again = Array.prototype.filter.call(old.querySelectorAll("a"), function (link) {
          return link.getAttribute("href") === focused;
        })[0];
        if (again) again.focus();
      }
      var chart = old.getAttribute("data-feeds");
      if (chart) document.dispatchEvent(new CustomEvent("jms:data", { detail: chart }));
      if (part.id === "wall-ticker") turn(true);
    });
  }

  function lost(text) {
    var time = document.querySelector("[data-wall-time]");
    say(text || "数据停在 " + (time ? time.textContent : "—"), true);
  }

  function refresh() {
    return window
      .fetch(body.getAttribute("data-parts"), {
        credentials: "same-origin",
        cache: "no-store",
        headers: { "X-Passive": "1" },
      })
      .then(function (answer) {
        if (answer.redirected || answer.status === 401 || answer.status === 403) {
          lost("登录已结束，请重新登录");
          return null;
        }
        if (answer.status === 404) {
          lost("这个链接已停用或到期");
          return null;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (html) {
        if (html === null) return;
        take(html);
        misses = 0;
        say("每分钟更新", false);
      })
      .catch(function () {
        misses += 1;
        if (misses >= MISSES) lost();
      });
  }

  // --- the ticker: as many as fit, then the next ones; it can be stopped -------------------------------
  var pause = document.querySelector("[data-ticker-pause]");
  var first = 0;
  var stopped = false;

  function turn(again) {
    var list = document.querySelector("[data-ticker]");
    // shown before anything is measured: it takes room from the line
    pause.hidden = !list;
    if (!list) return;
    var items = Array.prototype.slice.call(list.children);
    items.forEach(function (item) {
      item.hidden = false;
    });
    if (window.matchMedia("(max-width: 999.98px)").matches) {
      pause.hidden = true;
      return;
    }
    if (again || first >= items.length) first = 0;
    items.slice(0, first).forEach(function (item) {
      item.hidden = true;
    });
    var line = items[first].offsetTop;
    var fits = items.slice(first).filter(function (item) {
      return item.offsetTop === line;
    }).length;
    items.slice(first + fits).forEach(function (item) {
      item.hidden = true;
    });
    first += Math.max(fits, 1);
  }

  function start() {
    remember(document);
    turn(true);
    // the line of what is late has given room back
    document.dispatchEvent(new CustomEvent("jms:resized"));
    window.setInterval(refresh, EVERY);
    window.setInterval(function () {
      if (!stopped) turn(false);
    }, TURN);
    window.addEventListener("resize", function () {
      turn(true);
    });
    document.addEventListener("jms:refresh", refresh);
    pause.addEventListener("click", function () {
      stopped = !stopped;
      pause.setAttribute("aria-pressed", String(stopped));
      pause.lastChild.textContent = stopped ? "继续" : "停住";
    });
    var choice = document.querySelector("[data-wall-choice]");
    choice.querySelector("button").hidden = true;
    choice.querySelector("select").addEventListener("change", function () {
      choice.submit();
    });
    document.addEventListener("keydown", function (event) {
      var back = body.getAttribute("data-back");
      if ((event.key === "Escape" || event.key === "Backspace") && back && event.target.tagName !== "SELECT") {
        window.location.assign(back);
      }
    });
  }

  if (state) document.addEventListener("DOMContentLoaded", start);
})();
