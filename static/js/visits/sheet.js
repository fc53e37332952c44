// One visit: every tap is written to this phone before anything else; 提交 only says that it may be sent.
(function () {
  "use strict";

  var store = window.jmsVisits.store;
  var frame = window.jmsVisits.frame;
  var sender = window.jmsVisits.sender;
  var photos = window.jmsVisits.photos;
  var form = document.querySelector("[data-sheet]");
  var data = document.body.dataset;
  var account = data.account;
  var entity = Number(form.dataset.entity);
  var openedAt = new Date().toISOString();
  var items = Array.prototype.slice.call(form.querySelectorAll("fieldset[data-item]"));
  var codes = items.map(function (item) {
    return item.dataset.item;
  });
  var rest = form.querySelector("[data-rest]");
  var sent = document.querySelector("[data-sent]");
  var row = null; // as it lies in the phone
  var queue = Promise.resolve();
  var isBroken = false;
  var addresses = {};

  function fresh() {
    return {
      key: store.hex32(),
      account: account,
      entity: entity,
      name: form.dataset.name,
      page: window.location.pathname,
      state: "draft",
      kind: "visit",
      checklist: Number(form.dataset.checklist) || null,
      mode: value("mode") || "on_site",
      answers: {},
      problems: {},
      filled: [],
      campaigns: [],
      contact: "",
      note: "",
      suspendedNote: "",
      startedAt: openedAt,
      finishedAt: "",
      savedAt: 0,
    };
  }

  function value(name) {
    var field = form.elements[name];
    return field ? field.value : "";
  }

  function itemOf(node) {
    return node.closest("fieldset[data-item]");
  }

  // --- into the phone ------------------------------------------------------------------------

  // One change after the other; the draft comes about with the first. `act(row)` works on the row as it lies there
  // now, so that two tabs do not undo each other.
  function save(act) {
    queue = queue
      .then(function () {
        if (row && row.state !== "draft") return row; // handed over already
        return store.draft(account, entity, row || fresh()).then(function (kept) {
          return store.change(kept.key, function (now) {
            if (now.state !== "draft") return false; // handed over in another tab
            act(now);
            now.savedAt = Date.now();
            return true;
          });
        });
      })
      .then(function (now) {
        row = now;
        show();
        sender.changed("sheet");
      })
      .catch(broken);
    return queue;
  }

  // No place in this phone (private mode, full): the form goes to the server as it stands.
  function broken() {
    isBroken = true;
    frame.how("broken");
    tell("这台手机存不下草稿。请在有网时填完，按“提交”直接上报。");
    words(rest.parentNode.querySelector("[data-submit-words]"), "提交（上报）");
  }

  function problemOf(now, code) {
    var item = items[codes.indexOf(code)];
    if (!now.problems[code])
      now.problems[code] = {
        key: store.hex32(),
        text: item.dataset.text,
        phrases: [],
        detail: "",
        kind: item.dataset.kind || value("k-" + code),
        onSpot: false,
      };
    return now.problems[code];
  }

  function readItem(now, code) {
    var item = items[codes.indexOf(code)];
    var problem = problemOf(now, code);
    problem.phrases = checked(item, "input[name^='p-']");
    problem.detail = value("d-" + code);
    problem.kind = value("k-" + code) || problem.kind;
    problem.onSpot = Boolean(item.querySelector("input[name^='s-']:checked"));
  }

  function checked(root, selector) {
    return Array.prototype.filter
      .call(root.querySelectorAll(selector), function (field) {
        return field.checked;
      })
      .map(function (field) {
        return field.value;
      });
  }

  form.addEventListener("change", function (event) {
    var field = event.target;
    var item = itemOf(field);
    if (field.type === "file") {
      takePhotos(field);
      return;
    }
    if (!item) {
      if (field.name === "mode") keepField("mode", field.value);
      if (field.name === "campaign") keepField("campaigns", checked(form, "input[name='campaign']").map(Number));
      return;
    }
    var code = item.dataset.item;
    if (field.name === "a-" + code)
      save(function (now) {
        now.answers[code] = field.value;
        now.filled = now.filled.filter(function (other) {
          return other !== code;
        });
        if (field.value === "no") problemOf(now, code);
      });
    else
      save(function (now) {
        readItem(now, code);
      });
  });

  // Text is kept while it is typed, not only when the field is left.
  var typing = {};
  form.addEventListener("input", function (event) {
    var field = event.target;
    if (!/^(TEXTAREA|INPUT)$/.test(field.tagName) || (field.tagName === "INPUT" && field.type !== "text")) return;
    window.clearTimeout(typing[field.name]);
    typing[field.name] = window.setTimeout(function () {
      keepText(field);
    }, 400);
  });

  window.addEventListener("pagehide", keepTyping);
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) keepTyping();
    else load();
  });

  function keepTyping() {
    Object.keys(typing).forEach(function (name) {
      window.clearTimeout(typing[name]);
      delete typing[name];
      keepText(form.elements[name]);
    });
  }

  function keepText(field) {
    delete typing[field.name];
    var item = itemOf(field);
    if (item)
      save(function (now) {
        readItem(now, item.dataset.item);
      });
    else if (field.name === "contact" || field.name === "note") keepField(field.name, field.value);
    else if (field.name === "suspended_note") keepField("suspendedNote", field.value);
  }

  function keepField(name, told) {
    save(function (now) {
      now[name] = told;
    });
  }

  // --- photographs -----------------------------------------------------------------------------

  function takePhotos(field) {
    var item = itemOf(field);
    var code = item ? item.dataset.item : "";
    var box = field.closest("[data-photos]");
    var files = Array.prototype.slice.call(field.files);
    field.value = "";
    say(box, files.length ? "正在压缩照片…" : "");
    files
      .reduce(function (before, file) {
        return before.then(function () {
          return takeOne(file, code, box);
        });
      }, Promise.resolve())
      .then(function () {
        if (box.querySelector(".photo-told").textContent === "正在压缩照片…") say(box, "");
      });
  }

  function takeOne(file, code, box) {
    return photos.small(file).then(
      function (made) {
        return save(function (now) {
          if (code) problemOf(now, code);
        }).then(function () {
          if (isBroken || !row || row.state !== "draft") return null;
          var photo = {
            key: store.hex32(), visit: row.key, account: account, item: code, type: made.type, bytes: made.bytes,
            size: made.size, addedAt: Date.now(), sent: false,
          };
          return store.addPhoto(photo).then(showPhotos, function () {
            say(box, "手机存储空间不够，这一张没有存下。删去一些文件后再拍。");
          });
        });
      },
      function () {
        say(box, "“" + file.name + "”读不了，请换一张或重新拍。");
      }
    );
  }

  function say(box, text) {
    var line = box.querySelector(".photo-told");
    if (!line) {
      line = frame.element("p", "photo-told");
      line.setAttribute("role", "status");
      box.appendChild(line);
    }
    line.textContent = text;
  }

  function showPhotos() {
    if (!row) return Promise.resolve();
    return store.photos(row.key).then(function (kept) {
      Array.prototype.forEach.call(form.querySelectorAll("[data-photos]"), function (box) {
        var item = itemOf(box);
        var code = item ? item.dataset.item : "";
        Array.prototype.forEach.call(box.querySelectorAll(".photo-box"), function (old) {
          old.remove();
        });
        var number = 0;
        kept.forEach(function (photo) {
          if (photo.item !== code) return;
          number += 1;
          box.insertBefore(photoBox(photo, number), box.querySelector(".shoot"));
        });
      });
    });
  }

  function photoBox(photo, number) {
    var made = frame.element("div", "photo-box");
    made.setAttribute("data-photo", photo.key);
    var thumb = frame.element("div", "photo");
    var image = frame.element("img");
    addresses[photo.key] = addresses[photo.key] || photos.address(photo);
    image.src = addresses[photo.key];
    image.alt = "照片 " + number + "，" + Math.max(1, Math.round(photo.size / 1024)) + " KB";
    thumb.appendChild(image);
    made.appendChild(thumb);
    var button = frame.element("button", "photo-drop", "删去");
    button.type = "button";
    button.setAttribute("aria-label", "删去照片 " + number);
    button.addEventListener("click", function () {
      store.dropPhoto(photo.key).then(showPhotos, broken);
    });
    made.appendChild(button);
    return made;
  }

  // --- on the page --------------------------------------------------------------------------------

  function words(node, text) {
    if (node && node.textContent !== text) node.textContent = text;
  }

  function unanswered() {
    var answers = row ? row.answers : {};
    return codes.filter(function (code) {
      return !answers[code];
    });
  }

  function fill() {
    items.forEach(function (item) {
      var code = item.dataset.item;
      var answer = row ? row.answers[code] : "";
      Array.prototype.forEach.call(item.querySelectorAll(".pick"), function (pick) {
        pick.checked = pick.value === answer;
      });
      var problem = row && row.problems[code];
      if (!problem) return;
      Array.prototype.forEach.call(item.querySelectorAll("input[name^='p-']"), function (phrase) {
        phrase.checked = problem.phrases.indexOf(phrase.value) >= 0;
      });
      put("d-" + code, problem.detail);
      put("k-" + code, problem.kind);
      var spot = item.querySelector("input[name^='s-']");
      if (spot) spot.checked = problem.onSpot;
    });
    if (!row) return;
    put("contact", row.contact);
    put("note", row.note);
    put("suspended_note", row.suspendedNote);
    Array.prototype.forEach.call(form.querySelectorAll("input[name='campaign']"), function (campaign) {
      campaign.checked = row.campaigns.indexOf(Number(campaign.value)) >= 0;
    });
    Array.prototype.forEach.call(form.querySelectorAll("input[name='mode']"), function (mode) {
      if (mode.type === "radio") mode.checked = mode.value === row.mode;
    });
  }

  function put(name, told) {
    var field = form.elements[name];
    if (field && field !== document.activeElement && told !== undefined && field.value !== told) field.value = told;
  }

  function show() {
    var answers = row ? row.answers : {};
    var missing = unanswered();
    var wrong = codes.filter(function (code) {
      return answers[code] === "no";
    }).length;
    words(document.querySelector("[data-filled]"), String(codes.length - missing.length));
    document.querySelector("[data-progress]").value = codes.length - missing.length;
    document.querySelector("[data-wrong]").hidden = !wrong;
    words(document.querySelector("[data-wrong-count]"), String(wrong));
    items.forEach(function (item) {
      var code = item.dataset.item;
      item.classList.toggle("is-wrong", answers[code] === "no");
      if (answers[code]) item.classList.remove("is-missing");
    });
    var filled = row ? row.filled.length : 0;
    rest.disabled = !missing.length && !filled;
    words(
      rest.querySelector("[data-rest-words]"),
      missing.length ? "其余 " + missing.length + " 项均合格" : filled ? "取回 " + filled + " 项" : "各项已填"
    );
    var mode = form.querySelector("input[name='mode']:checked");
    if (mode) {
      words(document.querySelector("[data-mode-words]"), mode.dataset.word);
      words(form.querySelector("[data-mode-chosen]"), mode.dataset.word);
    }
    form.querySelector("[data-clear-act]").hidden = !row || row.state !== "draft";
    showSubmit();
    showSent();
  }

  function showSubmit() {
    if (isBroken) return;
    var isOff = sender.standing() === "offline";
    words(form.querySelector("[data-submit-words]"), isOff ? "提交（存本机）" : "提交（上报）");
    var line = document.querySelector("[data-saved-words]");
    line.hidden = !(row && row.savedAt);
    if (row && row.savedAt) words(line, "草稿已存本机 " + frame.clock(row.savedAt));
  }

  function tell(text) {
    var foot = form.querySelector(".foot");
    var line = foot.querySelector(".foot-told");
    if (!line) {
      line = frame.element("p", "foot-told tone-red");
      line.setAttribute("role", "alert");
      foot.insertBefore(line, foot.firstChild);
    }
    line.textContent = text;
    line.hidden = !text;
  }

  // --- handed over ---------------------------------------------------------------------------------

  var TOLD = {
    waiting: ["已存本机，等待上报", "cloud-upload", ""],
    sent: ["已上报", "cloud-check", ""],
    refused: ["没有报上，内容都在本机", "alert-octagon", "is-red"],
  };

  function showSent() {
    var isOver = Boolean(row) && row.state !== "draft";
    form.hidden = isOver;
    document.querySelector(".progress-line").hidden = isOver;
    var wasHidden = sent.hidden;
    sent.hidden = !isOver;
    if (!isOver) return;
    var told = TOLD[row.state];
    sent.className = "sent " + told[2];
    words(sent.querySelector("[data-sent-title]"), row.kind === "suspended" && row.state === "sent" ? "停产停业已登记" : told[0]);
    sent.querySelector("use").setAttribute("href", data.iconsUrl + "#i-" + told[1]);
    words(sent.querySelector("[data-sent-text]"), sentText());
    var paper = sent.querySelector("[data-paper]");
    paper.hidden = row.state !== "sent" || !row.paperUrl;
    if (row.paperUrl) paper.href = row.paperUrl;
    var plate = sent.querySelector("[data-plate]");
    if (plate) plate.hidden = row.state !== "sent";
    sent.querySelector("[data-again]").hidden = row.state !== "refused";
    sent.querySelector("[data-edit]").hidden = row.state !== "refused";
    if (wasHidden) {
      window.scrollTo(0, 0);
      sent.focus();
    }
  }

  function sentText() {
    if (row.state === "sent") return row.name + "，" + frame.clock(row.sentAt) + " 上报。打印任务清单，双方签字后交主体留存。";
    if (row.state === "waiting")
      return sender.standing() === "offline"
        ? "现在没有网络。有网后自动上报，不用再按；可以关掉这一页。"
        : "正在上报。关掉这一页也会接着报。";
    var how = {
      403: "如果这一家已由别人包保，请把内容告诉接手的干部；如果不是，请联系县区局。",
      404: "这一家可能已转到别处。请联系县区局核对包保关系，再按“再报一次”。",
      409: "按“再报一次”，系统会换一个编号上报。",
      422: "按“改一改再报”，改好后再提交。",
    };
    return row.words + " " + (how[row.status] || "按“再报一次”；还不行请联系县区局。");
  }

  function finish(kind) {
    keepTyping();
    return save(function (now) {
      now.kind = kind;
      codes.forEach(function (code) {
        if (now.answers[code] === "no") readItem(now, code);
      });
      now.suspendedNote = value("suspended_note");
      now.finishedAt = new Date().toISOString();
      if (now.finishedAt < now.startedAt) now.startedAt = now.finishedAt; // the phone's clock went back
      now.state = "waiting";
    }).then(function () {
      sender.kick();
    });
  }

  form.addEventListener("submit", function (event) {
    if (isBroken) return; // the plain form saves the same visit
    event.preventDefault();
    var button = event.submitter || document.activeElement;
    tell("");
    if (button && button.hasAttribute("data-rest")) {
      fillRest();
      return;
    }
    if (button && button.hasAttribute("data-suspend")) {
      if (!value("suspended_note").trim()) {
        tell("请写明怎么知道停产停业的，例如“门上锁，邻居说歇业一个月”。");
        form.elements.suspended_note.focus();
        return;
      }
      finish("suspended");
      return;
    }
    queue.then(function () {
      var missing = unanswered();
      if (!codes.length) tell("还没有在用的督导清单，请告知市局启用后再督导。");
      else if (missing.length) showMissing(missing);
      else finish("visit");
    });
  });

  function showMissing(missing) {
    missing.forEach(function (code) {
      items[codes.indexOf(code)].classList.add("is-missing");
    });
    var first = items[codes.indexOf(missing[0])];
    tell("还有 " + missing.length + " 项没填，从第 " + first.dataset.number + " 项起。");
    first.querySelector(".pick").focus();
    first.scrollIntoView({ block: "center" });
  }

  function fillRest() {
    queue.then(function () {
      var missing = unanswered();
      save(function (now) {
        if (missing.length) {
          missing.forEach(function (code) {
            if (now.answers[code]) return;
            now.answers[code] = "yes";
            now.filled.push(code);
          });
          return;
        }
        now.filled.forEach(function (code) {
          delete now.answers[code];
        });
        now.filled = [];
      }).then(fill);
    });
  }

  form.querySelector("[data-clear]").addEventListener("click", function () {
    if (!row) return;
    store.drop(row.key).then(function () {
      row = null;
      form.reset();
      fill();
      show();
      Array.prototype.forEach.call(form.querySelectorAll(".photo-box"), function (old) {
        old.remove();
      });
      sender.changed("sheet");
    }, broken);
  });

  sent.querySelector("[data-again]").addEventListener("click", function () {
    var ready = row.status === 409 ? store.rekey(row.key) : Promise.resolve(row);
    ready
      .then(function (now) {
        return store.photosAgain(now.key).then(function () {
          return store.change(now.key, function (kept) {
            kept.state = "waiting";
          });
        });
      })
      .then(function (now) {
        row = now;
        show();
        sender.kick();
      })
      .catch(broken);
  });

  sent.querySelector("[data-edit]").addEventListener("click", function () {
    store
      .photosAgain(row.key)
      .then(function () {
        return store.change(row.key, function (kept) {
          kept.state = "draft";
        });
      })
      .then(function (now) {
        row = now;
        adopt();
        fill();
        show();
        tell(now.words || "");
      })
      .catch(broken);
  });

  // --- start ----------------------------------------------------------------------------------------

  function load() {
    return queue
      .then(function () {
        return row ? store.visit(row.key) : store.unsent(account, entity);
      })
      .then(function (kept) {
        var isOther = Boolean(kept) && (!row || kept.savedAt !== row.savedAt || kept.state !== row.state);
        if (!kept && row && row.state === "draft") row = null; // dropped in another tab
        else if (kept) row = kept;
        if (row && row.state === "draft") adopt();
        if (isOther) fill();
        show();
        return showPhotos();
      })
      .catch(broken);
  }

  // A draft begun with another version of the list: what is still asked stays answered.
  function adopt() {
    var checklist = Number(form.dataset.checklist) || null;
    if (row.checklist === checklist) return;
    save(function (now) {
      now.checklist = checklist;
      Object.keys(now.answers).forEach(function (code) {
        if (codes.indexOf(code) < 0) delete now.answers[code];
      });
      now.filled = now.filled.filter(function (code) {
        return codes.indexOf(code) >= 0;
      });
    });
  }

  document.addEventListener("visits:changed", function (event) {
    if (row && event.detail !== "sheet") load();
  });
  document.addEventListener("visits:standing", show);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) load();
  });
  load().then(function () {
    document.body.setAttribute("data-ready", "1");
  });
})();
