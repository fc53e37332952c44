// The cards of the first page and of 我的主体: what of each business lies in this phone, and which pages the
// phone keeps for the time without network.
(function () {
  "use strict";

  var store = window.jmsVisits.store;
  var frame = window.jmsVisits.frame;
  var data = document.body.dataset;
  var cards = Array.prototype.slice.call(document.querySelectorAll("[data-entity]"));

  var STATES = {
    draft: { icon: "device-mobile", tone: "tone-blue", act: "接着填", act_icon: "player-play" },
    waiting: { icon: "cloud-upload", tone: "tone-blue", act: "看这一份", act_icon: "eye" },
    refused: { icon: "alert-octagon", tone: "tone-red", act: "看原因", act_icon: "eye" },
    sent: { icon: "cloud-check", tone: "tone-green", act: "", act_icon: "" },
  };

  function words(row) {
    if (row.state === "draft") {
      var filled = Object.keys(row.answers).length;
      return filled ? "填到第 " + filled + " 项，草稿在本机" : "草稿在本机";
    }
    if (row.state === "waiting") return "等待上报，" + frame.clock(row.finishedAt) + " 存在本机";
    if (row.state === "refused") return "没有报上：" + row.words;
    return "已上报 " + frame.clock(row.sentAt);
  }

  function tell(card, row) {
    var line = card.querySelector("[data-state]");
    var link = card.querySelector("[data-start]");
    var name = card.querySelector("[data-start-words]");
    if (!card.usual) card.usual = { words: name.textContent, css: link.className, html: link.querySelector("use").getAttribute("href") };
    var state = row && STATES[row.state];
    line.hidden = !row;
    line.textContent = "";
    link.className = row && row.state !== "sent" ? "button" : card.usual.css;
    name.textContent = (state && state.act) || card.usual.words;
    link.querySelector("use").setAttribute("href", state && state.act_icon ? data.iconsUrl + "#i-" + state.act_icon : card.usual.html);
    if (!row) return;
    line.className = "state " + state.tone;
    line.appendChild(frame.icon(state.icon));
    line.appendChild(frame.element("span", "", words(row)));
  }

  // Drafts of businesses that are not on this page: nothing that was typed may be out of sight.
  function others(rows) {
    var place = document.querySelector("[data-own-drafts]");
    if (!place) return;
    place.textContent = "";
    if (!rows.length) return;
    place.appendChild(frame.element("h2", "part", "存在本机的其他督导"));
    var list = frame.element("ul", "rows");
    rows.forEach(function (row) {
      var link = frame.element("a");
      link.href = row.page;
      var text = frame.element("span", "row-words");
      text.appendChild(frame.element("span", "row-name", row.name));
      text.appendChild(frame.element("span", "second " + STATES[row.state].tone, words(row)));
      link.appendChild(text);
      link.appendChild(frame.element("span", "row-act", STATES[row.state].act));
      var item = frame.element("li");
      item.appendChild(link);
      list.appendChild(item);
    });
    place.appendChild(list);
  }

  function show() {
    return store.all(data.account).then(function (found) {
      var by = {};
      var order = { sent: 0, draft: 1, waiting: 2, refused: 3 };
      found.mine.forEach(function (row) {
        var known = by[row.entity];
        // of two: what still has to be done; of what was sent only today's
        if (row.state === "sent" && Date.now() - row.sentAt > 12 * 3600 * 1000) return;
        if (!known || order[row.state] > order[known.state]) by[row.entity] = row;
      });
      cards.forEach(function (card) {
        var entity = Number(card.getAttribute("data-entity"));
        tell(card, by[entity] || null);
        delete by[entity];
      });
      others(
        Object.keys(by)
          .map(function (entity) {
            return by[entity];
          })
          .filter(function (row) {
            return row.state !== "sent";
          })
      );
    });
  }

  document.addEventListener("visits:changed", show);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) show();
  });
  show().catch(function () {
    frame.how("broken");
  });
  frame.keepPages(
    cards.map(function (card) {
      return { url: card.getAttribute("data-page"), stamp: card.getAttribute("data-stamp") };
    })
  );
})();
