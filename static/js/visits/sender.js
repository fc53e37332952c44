// Sends what waits, by itself: photographs first, each with its key, then the visit. The keys make a second try
// harmless. Runs on every phone page; of several tabs one sends.
(function () {
  "use strict";

  var store = window.jmsVisits.store;
  var data = document.body.dataset;
  var ME = store.hex32();
  var LEASE = "sender";
  var LEASE_MS = 90000;
  var PHOTO_MS = 60000;
  var CALL_MS = 30000;
  var PAUSES = [5000, 15000, 60000, 180000];
  var KEEP_MS = 7 * 24 * 3600 * 1000;

  var running = null;
  var again = false;
  var timer = 0;
  var misses = 0;
  var lost = 0;
  // ok | offline | login | other | password | busy: what the last look at the server said
  var standing = "ok";

  // Something to be tried again later; `standing` says what the person is told.
  function Pause(standing) {
    this.standing = standing;
  }

  function call(address, options, ms) {
    var stopper = new AbortController();
    var clock = window.setTimeout(function () {
      stopper.abort();
    }, ms);
    options.signal = stopper.signal;
    options.credentials = "same-origin";
    options.redirect = "manual";
    options.cache = "no-store";
    options.headers = options.headers || {};
    options.headers.Accept = "application/json";
    options.headers["X-Passive"] = "1"; // what the page does by itself keeps no session alive
    return window.fetch(address, options).then(
      function (answer) {
        return answer.text().then(
          function (text) {
            window.clearTimeout(clock);
            return { status: answer.type === "opaqueredirect" ? 302 : answer.status, told: told(text) };
          },
          function () {
            window.clearTimeout(clock);
            throw new Pause("offline");
          }
        );
      },
      function () {
        window.clearTimeout(clock);
        throw new Pause("offline");
      }
    );
  }

  function told(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return {};
    }
  }

  // Is this still the account whose visits these are? Its token, or a pause.
  function who() {
    return call(data.whoUrl, {}, CALL_MS).then(function (answer) {
      if (answer.status === 200 && answer.told.account === data.account) return answer.told.csrf;
      if (answer.status === 200) throw new Pause("other");
      if (answer.status === 401 || answer.status === 302) throw new Pause("login");
      if (answer.status === 403) throw new Pause("password");
      throw new Pause("busy");
    });
  }

  // The sentences of a refusal, and what to do about it.
  function sentences(answer) {
    var found = [];
    function take(value) {
      if (typeof value === "string") found.push(value);
      else if (value && typeof value === "object")
        Object.keys(value).forEach(function (key) {
          take(value[key]);
        });
    }
    take(answer.told.errors || answer.told.fields);
    if (!found.length && answer.told.detail) found.push(String(answer.told.detail));
    return found.length ? found.join(" ") : "服务器没有收下（" + answer.status + "）。";
  }

  function isPassing(status) {
    return status === 0 || status === 408 || status === 425 || status === 429 || status >= 500;
  }

  function later(answer) {
    if (answer.status === 401 || answer.status === 302) throw new Pause("login");
    if (isPassing(answer.status)) throw new Pause("busy");
    // a stale token: the next round asks for a new one
    if (answer.status === 403 && /CSRF/i.test(String(answer.told.detail))) throw new Pause("busy");
  }

  function sendPhoto(photo, csrf) {
    var form = new FormData();
    form.append("key", photo.key);
    form.append("file", new Blob([photo.bytes], { type: photo.type }), photo.key + ".jpg");
    var options = { method: "POST", body: form, headers: { "X-CSRFToken": csrf } };
    return call(data.photosUrl, options, PHOTO_MS).then(function (answer) {
      later(answer);
      if (answer.status === 200 || answer.status === 201) return store.photoSent(photo.key);
      throw new Error("照片没有收下：" + sentences(answer));
    });
  }

  function inTurn(items, act) {
    return items.reduce(function (before, item) {
      return before.then(function () {
        return act(item);
      });
    }, Promise.resolve());
  }

  function body(visit, photos) {
    function of(code) {
      return photos
        .filter(function (photo) {
          return photo.item === code;
        })
        .map(function (photo) {
          return photo.key;
        });
    }
    var isVisit = visit.kind !== "suspended";
    var codes = isVisit
      ? Object.keys(visit.answers).filter(function (code) {
          return visit.answers[code] === "no";
        })
      : [];
    var sent = {
      key: visit.key,
      entity: visit.entity,
      checklist: isVisit ? visit.checklist : null,
      kind: visit.kind,
      mode: visit.mode,
      started_at: visit.startedAt,
      finished_at: visit.finishedAt,
      answers: isVisit ? visit.answers : {},
      problems: codes.map(function (code) {
        var problem = visit.problems[code];
        return {
          key: problem.key,
          item: code,
          title: problem.phrases.join("；").slice(0, 120) || ("未落实：" + problem.text).slice(0, 120),
          detail: problem.detail,
          kind: problem.kind,
          on_spot: problem.onSpot,
          photos: of(code),
        };
      }),
      photos: of(""),
      campaigns: isVisit ? visit.campaigns || [] : [],
      contact: visit.contact,
      note: isVisit ? visit.note : visit.suspendedNote,
    };
    return sent;
  }

  // The photographs of items that ended as 是 stay behind.
  function wanted(visit, photos) {
    return photos.filter(function (photo) {
      return photo.item === "" || (visit.kind !== "suspended" && visit.answers[photo.item] === "no");
    });
  }

  function settle(key, act) {
    return store.change(key, act).then(function () {
      changed();
    });
  }

  function refuse(key, status, words) {
    return settle(key, function (row) {
      row.state = "refused";
      row.status = status;
      row.words = words;
      row.triedAt = Date.now();
    });
  }

  function sendVisit(visit, csrf) {
    return store
      .photos(visit.key)
      .then(function (photos) {
        photos = wanted(visit, photos);
        var unsent = photos.filter(function (photo) {
          return !photo.sent;
        });
        return inTurn(unsent, function (photo) {
          return keepLease().then(function () {
            return sendPhoto(photo, csrf);
          });
        }).then(function () {
          return photos;
        });
      })
      .then(function (photos) {
        return keepLease().then(function () {
          var options = {
            method: "POST",
            body: JSON.stringify(body(visit, photos)),
            headers: { "X-CSRFToken": csrf, "Content-Type": "application/json" },
          };
          return call(data.visitsUrl, options, CALL_MS);
        });
      })
      .then(
        function (answer) {
          later(answer);
          if (answer.status !== 200 && answer.status !== 201)
            return refuse(visit.key, answer.status, sentences(answer));
          return settle(visit.key, function (row) {
            row.state = "sent";
            row.sentAt = Date.now();
            row.words = "";
            row.url = answer.told.url || "";
            row.paperUrl = answer.told.paper_url || "";
          });
        },
        function (error) {
          if (error instanceof Pause) throw error;
          return refuse(visit.key, 422, error.message);
        }
      );
  }

  // One page at a time sends. A lock of the browser dies with its page; over plain HTTP there is none, and a lease
  // that a closed page left behind runs out by itself.
  function alone(work) {
    if (navigator.locks)
      return navigator.locks.request(LEASE, { ifAvailable: true }, function (lock) {
        if (!lock) throw new Pause("elsewhere");
        return work();
      });
    return keepLease()
      .then(work)
      .then(
        function () {
          return store.release(LEASE, ME);
        },
        function (error) {
          return store.release(LEASE, ME).then(function () {
            throw error;
          });
        }
      );
  }

  function keepLease() {
    if (navigator.locks) return Promise.resolve();
    return store.lease(LEASE, ME, LEASE_MS).then(function (isMine) {
      if (!isMine) throw new Pause("elsewhere");
    });
  }

  function waiting() {
    return store.all(data.account).then(function (found) {
      return found.mine
        .filter(function (row) {
          return row.state === "waiting";
        })
        .sort(function (a, b) {
          return a.finishedAt < b.finishedAt ? -1 : 1;
        });
    });
  }

  function round() {
    return waiting().then(function (visits) {
      if (!visits.length) return lookAround();
      return alone(function () {
        return who().then(function (csrf) {
          say("sending");
          // read again: another tab may have sent them meanwhile
          return waiting().then(function (rows) {
            return inTurn(rows, function (visit) {
              return sendVisit(visit, csrf);
            });
          });
        });
      });
    });
  }

  // Nothing to send: only whether there is network, when the last look said that there is none.
  function lookAround() {
    if (standing === "ok" && !lost) return Promise.resolve();
    return who().then(function () {});
  }

  function kick() {
    if (running) {
      again = true;
      return running;
    }
    window.clearTimeout(timer);
    running = round()
      .then(
        function () {
          misses = 0;
          lost = 0;
          say("ok");
        },
        function (error) {
          var isPause = error instanceof Pause;
          if (isPause && error.standing === "elsewhere") say(standing);
          else {
            say(isPause ? error.standing : "broken");
            lost = isPause && error.standing === "offline" ? lost + 1 : lost;
          }
          var pause = PAUSES[Math.min(misses, PAUSES.length - 1)];
          misses += 1;
          timer = window.setTimeout(kick, pause * (0.8 + 0.4 * Math.random()));
        }
      )
      .then(function () {
        running = null;
        if (again) {
          again = false;
          return kick();
        }
      });
    return running;
  }

  function soon() {
    misses = 0;
    return kick();
  }

  function say(word) {
    standing = word;
    document.dispatchEvent(new CustomEvent("visits:standing", { detail: word }));
  }

  // --- other tabs -------------------------------------------------------------------------
  var channel = window.BroadcastChannel ? new BroadcastChannel("jms-visits") : null;

  function changed(by) {
    if (channel) channel.postMessage(data.account);
    document.dispatchEvent(new CustomEvent("visits:changed", { detail: by || "sender" }));
  }

  if (channel)
    channel.onmessage = function () {
      document.dispatchEvent(new CustomEvent("visits:changed", { detail: "tab" }));
    };

  // --- when -----------------------------------------------------------------------------------
  window.addEventListener("online", soon);
  window.addEventListener("offline", function () {
    say("offline");
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) soon();
  });
  window.addEventListener("pageshow", soon);

  window.jmsVisits.sender = {
    kick: soon,
    changed: changed,
    standing: function () {
      return navigator.onLine ? standing : "offline";
    },
    tidy: function () {
      return store.tidy(data.account, Date.now() - KEEP_MS);
    },
  };
})();
