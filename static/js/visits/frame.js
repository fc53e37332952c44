// What every phone page does: says whether there is network and what waits in this phone, keeps pages for the
// time without network (HTTPS and localhost), large type.
(function () {
  "use strict";

  var store = window.jmsVisits.store;
  var sender = window.jmsVisits.sender;
  var data = document.body.dataset;
  var strip = document.querySelector("[data-strip]");

  function icon(name) {
    var ns = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(ns, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    var use = document.createElementNS(ns, "use");
    use.setAttribute("href", data.iconsUrl + "#i-" + name);
    svg.appendChild(use);
    return svg;
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function clock(moment) {
    var time = new Date(moment);
    return time.getHours() + ":" + ("0" + time.getMinutes()).slice(-2);
  }

  // --- the strip --------------------------------------------------------------------------------

  function loginLink(words) {
    var link = element("a", "", words);
    link.href = data.loginUrl + "?next=" + encodeURIComponent(window.location.pathname);
    return link;
  }

  function lines(found, standing) {
    var drafts = 0;
    var waits = 0;
    var refused = 0;
    found.mine.forEach(function (row) {
      if (row.state === "draft") drafts += 1;
      if (row.state === "waiting") waits += 1;
      if (row.state === "refused") refused += 1;
    });
    var kept = waits + drafts;
    if (standing === "offline")
      return {
        tone: "",
        icon: "cloud-off",
        title: "现在没有网络，照常填写",
        text: kept ? kept + " 份督导存在本机，有网后自动上报" : "填的都存在本机，有网后自动上报",
      };
    if (standing === "login" && waits)
      return {
        tone: "", icon: "clock", title: "登录已超时，" + waits + " 份督导存在本机",
        text: "登录后自动接着上报。", link: loginLink("去登录"),
      };
    if (standing === "password" && waits)
      return {
        tone: "", icon: "key", title: waits + " 份督导等待上报",
        text: "系统要您先修改密码，改好后自动接着上报。", link: loginLink("去修改"),
      };
    if (standing === "other" && waits)
      return {
        tone: "", icon: "users", title: "现在登录的是另一个账号",
        text: waits + " 份督导存在本机，用填报时的账号登录后自动上报。", link: loginLink("去登录"),
      };
    if (refused)
      return {
        tone: "is-red", icon: "alert-octagon", title: refused + " 份督导没有报上，内容都在本机",
        text: "打开那一家，看原因和办法。",
      };
    if (waits && standing === "sending")
      return { tone: "is-blue", icon: "cloud-upload", title: "正在上报 " + waits + " 份督导", text: "" };
    if (waits)
      return {
        tone: "is-blue", icon: "cloud-upload", title: waits + " 份督导等待上报",
        text: standing === "busy" ? "服务器没有应答，过一会儿自动再报。" : "",
      };
    if (found.others)
      return {
        tone: "", icon: "users", title: "本机还有别的账号的 " + found.others + " 份督导",
        text: "那个账号登录后才能看到，有网时自动上报。",
      };
    return null;
  }

  function show() {
    if (!strip) return;
    store.all(data.account).then(
      function (found) {
        var told = lines(found, sender.standing());
        strip.textContent = "";
        strip.hidden = !told;
        if (!told) return;
        strip.className = "strip " + told.tone;
        strip.appendChild(icon(told.icon));
        var words = element("div");
        words.appendChild(element("strong", "", told.title));
        if (told.text) words.appendChild(element("p", "", told.text));
        if (told.link) words.appendChild(told.link);
        strip.appendChild(words);
      },
      function () {
        how("broken");
      }
    );
  }

  // --- which sentence about being without network is true here ------------------------------------

  function how(word) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-how]"), function (line) {
      line.hidden = line.getAttribute("data-how") !== word;
    });
  }

  function canKeepPages() {
    return window.isSecureContext && "serviceWorker" in navigator;
  }

  // --- the service worker ---------------------------------------------------------------------------

  function keepPages(pages) {
    if (!canKeepPages()) return;
    navigator.serviceWorker
      .register(data.workerUrl, { scope: "/" })
      .then(function () {
        return navigator.serviceWorker.ready;
      })
      .then(function (registration) {
        registration.active.postMessage({ type: "keep", account: data.account, pages: pages });
      })
      .catch(function () {
        how("plain"); // not allowed here: the open page still goes on
      });
  }

  if (canKeepPages()) {
    navigator.serviceWorker.addEventListener("message", function (event) {
      if (event.data.type !== "kept" || event.data.account !== data.account) return;
      document.body.setAttribute("data-kept", String(event.data.number));
      var place = document.querySelector("[data-kept-count]");
      if (place) place.textContent = "已存 " + event.data.number + " 页。";
    });
    how("secure");
  } else {
    how("plain");
  }

  // A link that needs network and has none: over plain HTTP only what is open can be gone on with.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    if (!link || navigator.onLine || (navigator.serviceWorker && navigator.serviceWorker.controller)) return;
    if (link.getAttribute("href").charAt(0) === "#") return;
    if (link.classList.contains("back") && window.history.length > 1) {
      event.preventDefault();
      window.history.back(); // what was open before is still there
      return;
    }
    event.preventDefault();
    strip.hidden = false;
    strip.className = "strip";
    strip.textContent = "";
    strip.appendChild(icon("cloud-off"));
    var words = element("div");
    words.appendChild(element("strong", "", "没有网络，打不开那一页"));
    words.appendChild(element("p", "", "已打开的页面可以接着填；有网时再打开别的。"));
    strip.appendChild(words);
    strip.scrollIntoView({ block: "nearest" });
  });

  // --- large type: at once on the page, and kept with the account -------------------------------------

  Array.prototype.forEach.call(document.querySelectorAll("form[data-text-size]"), function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var sent = window.fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      var isBig = document.documentElement.classList.toggle("text-large");
      form.elements.big.value = isBig ? "0" : "1";
      form.querySelector("button").setAttribute("aria-pressed", String(isBig));
      sent.catch(function () {
        // the network is away: the page stays large, the account as it was
      });
    });
  });

  var first = document.querySelector("[data-focus]");
  if (first) first.focus();

  document.addEventListener("visits:changed", show);
  document.addEventListener("visits:standing", show);
  show();
  sender.tidy().catch(function () {
    how("broken");
  });
  sender.kick();
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(function () {});

  window.jmsVisits.frame = { icon: icon, element: element, clock: clock, keepPages: keepPages, how: how };
})();
