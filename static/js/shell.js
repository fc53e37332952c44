// The frame: drawer, search key, switches, dialogs, toasts, end of session. Everything works without it, less comfortably.
(function () {
  "use strict";

  function each(selector, act, root) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), act);
  }

  function keep(key, value) {
    try {
      window.localStorage.setItem(key, value);
    } catch (error) {
      // storage may be switched off: the choice then lasts for this page
    }
  }

  function kept(key) {
    try {
      return window.localStorage.getItem(key);
    } catch (error) {
      return null;
    }
  }

  function cookie(name) {
    var found = document.cookie.match("(^|; )" + name + "=([^;]*)");
    return found ? decodeURIComponent(found[2]) : "";
  }

  // --- drawer -----------------------------------------------------------------------------
  function setUpDrawer() {
    var menu = document.getElementById("menu");
    var opener = document.querySelector("[data-drawer-open]");
    if (!menu || !opener) return;
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");
    function show(open) {
      menu.classList.toggle("is-open", open);
      opener.setAttribute("aria-expanded", String(open));
      if (open) menu.querySelector("a").focus();
      else opener.focus();
    }
    opener.addEventListener("click", function (event) {
      event.preventDefault();
      show(!menu.classList.contains("is-open"));
    });
    menu.querySelector("[data-drawer-close]").addEventListener("click", function (event) {
      event.preventDefault();
      show(false);
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.classList.contains("is-open")) show(false);
    });
    document.addEventListener("click", function (event) {
      var inside = menu.contains(event.target) || opener.contains(event.target);
      if (!inside) menu.classList.remove("is-open");
    });
  }

  // --- keys, menus ------------------------------------------------------------------------
  function setUpKeys() {
    document.addEventListener("keydown", function (event) {
      var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        var search = document.querySelector("[data-search]");
        if (search) {
          event.preventDefault();
          search.focus();
        }
      }
      if (event.key === "Escape") closeMenus(null);
    });
    document.addEventListener("click", function (event) {
      closeMenus(event.target);
    });
  }

  function closeMenus(target) {
    each("details.account[open], details.menu-button[open]", function (menu) {
      if (target && menu.contains(target)) return;
      var hadFocus = menu.contains(document.activeElement);
      menu.removeAttribute("open");
      if (hadFocus && !target) menu.querySelector("summary").focus();
    });
  }

  // --- contrast ----------------------------------------------------------------------------
  function setUpSwitch(selector, key, className) {
    var root = document.documentElement;
    function show() {
      each(selector, function (button) {
        button.setAttribute("aria-pressed", String(root.classList.contains(className)));
      });
    }
    each(selector, function (button) {
      button.addEventListener("click", function () {
        keep(key, root.classList.toggle(className) ? "1" : "0");
        show();
        document.dispatchEvent(new CustomEvent("jms:resized"));
      });
    });
    show();
  }

  // --- large type: at once on the page, and kept with the account ---------------------------
  function setUpTextSize() {
    var root = document.documentElement;
    each("form[data-text-size]", function (form) {
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        var kept = window.fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
        var isBig = root.classList.toggle("text-large");
        each("form[data-text-size]", function (other) {
          other.elements.big.value = isBig ? "0" : "1";
          other.querySelector("button").setAttribute("aria-pressed", String(isBig));
        });
        document.dispatchEvent(new CustomEvent("jms:resized"));
        kept.catch(function () {
          // the network is away: the page stays large, the account as it was
        });
      });
    });
  }

  // --- passwords, selects that submit, bars --------------------------------------------------
  function setUpForms(root) {
    each("[data-show-password]", function (button) {
      var field = document.getElementById(button.getAttribute("data-show-password"));
      button.hidden = false;
      button.addEventListener("click", function () {
        var shown = field.type === "text";
        field.type = shown ? "password" : "text";
        button.textContent = shown ? "显示" : "隐藏";
        button.setAttribute("aria-pressed", String(!shown));
        field.focus();
      });
    }, root);
    each("[data-submit]", function (field) {
      field.addEventListener("change", function () {
        if (field.form.requestSubmit) field.form.requestSubmit();
        else field.form.submit();
      });
    }, root);
    each("[data-width]", function (bar) {
      bar.style.width = bar.getAttribute("data-width") + "%"; // CSSOM: allowed by the CSP
    }, root);
  }

  function setUpFocus() {
    var first = document.querySelector("[data-focus]");
    if (first) first.focus();
  }

  // --- dialogs ------------------------------------------------------------------------------
  function setUpDialogs() {
    document.addEventListener("click", function (event) {
      var opener = event.target.closest("[data-dialog-open]");
      if (opener) {
        var dialog = document.getElementById(opener.getAttribute("data-dialog-open"));
        if (dialog && dialog.showModal) {
          event.preventDefault();
          dialog.showModal();
        }
      }
      var closer = event.target.closest("[data-dialog-close]");
      if (closer) closer.closest("dialog").close();
    });
  }

  // --- toasts -------------------------------------------------------------------------------
  var TOAST_MS = 6000;

  function ageToast(line) {
    var timer;
    function start() {
      timer = window.setTimeout(function () {
        line.remove();
      }, TOAST_MS);
    }
    function stop() {
      window.clearTimeout(timer);
    }
    ["mouseenter", "focusin"].forEach(function (name) {
      line.addEventListener(name, stop);
    });
    ["mouseleave", "focusout"].forEach(function (name) {
      line.addEventListener(name, start);
    });
    start();
  }

  function toast(text) {
    var region = document.querySelector("[data-toasts]");
    if (!region) return;
    var line = document.createElement("div");
    line.className = "toast-line";
    line.textContent = text;
    region.appendChild(line);
    ageToast(line);
  }

  // --- end of session: warned two minutes before, can be prolonged ---------------------------
  var SEEN = "jms-last-seen";
  var WARN_SECONDS = 120;

  function setUpSession() {
    var idle = Number(document.body.getAttribute("data-idle-seconds"));
    var url = document.body.getAttribute("data-prolong-url");
    var dialog = document.getElementById("session-dialog");
    if (!idle || !url || !dialog || !dialog.showModal) return;
    var text = document.getElementById("session-text");
    var button = dialog.querySelector("[data-session-prolong]");
    var over = false;

    function seen() {
      keep(SEEN, String(Date.now()));
    }

    function left() {
      var last = Number(kept(SEEN)) || loaded; // another tab may have been used since
      return idle - (Date.now() - Math.max(last, loaded)) / 1000;
    }

    function end() {
      over = true;
      document.getElementById("session-title").textContent = "已退出登录";
      text.textContent = "您太久没有操作，系统已退出。请重新登录后继续。";
      button.textContent = "重新登录";
    }

    function tick() {
      var seconds = left();
      if (seconds > WARN_SECONDS) {
        if (dialog.open && !over) dialog.close();
        return;
      }
      if (seconds <= 0 && !over) end();
      else if (!over) {
        var minutes = Math.max(1, Math.round((idle - WARN_SECONDS) / 60));
        text.textContent =
          "您 " + minutes + " 分钟没有操作，" + (seconds > 60 ? "2 分钟" : "1 分钟") +
          "内自动退出。没有保存的内容会丢失。";
      }
      if (!dialog.open) dialog.showModal();
    }

    button.addEventListener("click", function () {
      if (over) {
        window.location.reload();
        return;
      }
      window
        .fetch(url, {
          method: "POST",
          credentials: "same-origin",
          headers: { "X-CSRFToken": cookie("csrftoken"), "X-Requested-With": "XMLHttpRequest" },
        })
        .then(function (answer) {
          if (!answer.ok || answer.redirected) {
            end();
            return;
          }
          loaded = Date.now();
          seen();
          dialog.close();
          toast("已继续，可以接着用");
        })
        .catch(function () {
          text.textContent = "网络不通，没有续上。请再按一次“继续使用”。";
        });
    });
    dialog.addEventListener("cancel", function (event) {
      event.preventDefault();
    });

    var loaded = Date.now();
    seen();
    window.setInterval(tick, 5000);
  }

  // --- print ------------------------------------------------------------------------------------
  function setUpPrint() {
    each("[data-print]", function (button) {
      button.addEventListener("click", function () {
        window.print();
      });
    });
  }

  // --- start ----------------------------------------------------------------------------------
  document.addEventListener("DOMContentLoaded", function () {
    setUpDrawer();
    setUpKeys();
    setUpTextSize();
    setUpSwitch("[data-contrast]", "jms-contrast", "high-contrast");
    setUpForms(document);
    setUpDialogs();
    each("[data-toast]", ageToast);
    setUpSession();
    setUpPrint();
    setUpFocus();
    document.body.addEventListener("htmx:afterSwap", function (event) {
      setUpForms(event.target);
    });
  });

  window.jms = { toast: toast };
})();
