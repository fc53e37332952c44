// What of the visits lies in this phone: drafts, what waits to be sent, photographs. IndexedDB only, so that it
// works over plain HTTP too. Everything belongs to an account; another account on the same phone sees only that
// something waits.
(function () {
  "use strict";

  var NAME = "jms-visits";
  var VERSION = 1;
  var opened = null;

  function open() {
    if (opened) return opened;
    opened = new Promise(function (resolve, reject) {
      var request = window.indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = function () {
        var db = request.result;
        var visits = db.createObjectStore("visits", { keyPath: "key" });
        visits.createIndex("account", "account");
        visits.createIndex("entity", ["account", "entity"]);
        var photos = db.createObjectStore("photos", { keyPath: "key" });
        photos.createIndex("visit", "visit");
        db.createObjectStore("leases", { keyPath: "name" });
      };
      request.onsuccess = function () {
        var db = request.result;
        db.onversionchange = function () {
          db.close();
          opened = null;
        };
        resolve(db);
      };
      request.onerror = function () {
        opened = null;
        reject(request.error);
      };
      request.onblocked = function () {
        reject(new Error("blocked"));
      };
    });
    return opened;
  }

  // One transaction; `act(stores, done)` works synchronously inside it, `done(value)` says what comes out. The
  // promise is kept only when all of it is written.
  function within(names, mode, act) {
    return open().then(function (db) {
      return new Promise(function (resolve, reject) {
        var answer;
        // written through to the disk: a battery that dies takes nothing along
        var transaction = db.transaction(names, mode, { durability: "strict" });
        transaction.oncomplete = function () {
          resolve(answer);
        };
        transaction.onerror = transaction.onabort = function () {
          reject(transaction.error || new Error("aborted"));
        };
        act(
          function (name) {
            return transaction.objectStore(name);
          },
          function (value) {
            answer = value;
          }
        );
      });
    });
  }

  function got(request, act) {
    request.onsuccess = function () {
      act(request.result);
    };
  }

  function hex32() {
    var bytes = new Uint8Array(16); // randomUUID needs HTTPS
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map
      .call(bytes, function (byte) {
        return (byte + 256).toString(16).slice(1);
      })
      .join("");
  }

  // --- visits -----------------------------------------------------------------------------
  // A visit: {key, account, entity, name, page, state, …}; state: draft | waiting | sent | refused.

  function visit(key) {
    return within(["visits"], "readonly", function (store, done) {
      got(store("visits").get(key), done);
    });
  }

  // The visits of the account, and how many of others still wait here.
  function all(account) {
    return within(["visits"], "readonly", function (store, done) {
      got(store("visits").getAll(), function (rows) {
        done({
          mine: rows.filter(function (row) {
            return row.account === account;
          }),
          others: rows.filter(function (row) {
            return row.account !== account && row.state !== "sent";
          }).length,
        });
      });
    });
  }

  // The visit of this business that is not yet at the server, if there is one.
  function unsent(account, entity) {
    return within(["visits"], "readonly", function (store, done) {
      got(store("visits").index("entity").getAll([account, entity]), function (rows) {
        done(
          rows.filter(function (row) {
            return row.state !== "sent";
          })[0] || null
        );
      });
    });
  }

  // The draft of this business, made from `fresh` when there is none: two taps, or two tabs, make one.
  function draft(account, entity, fresh) {
    return within(["visits"], "readwrite", function (store, done) {
      var visits = store("visits");
      got(visits.index("entity").getAll([account, entity]), function (rows) {
        var kept = rows.filter(function (row) {
          return row.key === fresh.key || row.state !== "sent";
        })[0];
        if (!kept) visits.add(fresh);
        done(kept || fresh);
      });
    });
  }

  // Read, change, write in one step; `act(row)` may return false to leave it as it is. Gives the row, or null.
  function change(key, act) {
    return within(["visits"], "readwrite", function (store, done) {
      var visits = store("visits");
      got(visits.get(key), function (row) {
        if (!row) {
          done(null);
          return;
        }
        if (act(row) !== false) visits.put(row);
        done(row);
      });
    });
  }

  // Another key for a visit whose key the server gave to another one.
  function rekey(key) {
    var fresh = hex32();
    return within(["visits", "photos"], "readwrite", function (store, done) {
      got(store("visits").get(key), function (row) {
        if (!row) return;
        store("visits").delete(key);
        row.key = fresh;
        store("visits").add(row);
        got(store("photos").index("visit").getAll(key), function (photos) {
          photos.forEach(function (photo) {
            photo.visit = fresh;
            store("photos").put(photo);
          });
          done(row);
        });
      });
    });
  }

  function drop(key) {
    return within(["visits", "photos"], "readwrite", function (store) {
      store("visits").delete(key);
      dropPhotosIn(store, key);
    });
  }

  function dropPhotosIn(store, visitKey) {
    got(store("photos").index("visit").getAllKeys(visitKey), function (keys) {
      keys.forEach(function (key) {
        store("photos").delete(key);
      });
    });
  }

  // What is at the server needs no photographs here; after some days not even a line.
  function tidy(account, before) {
    return within(["visits", "photos"], "readwrite", function (store) {
      got(store("visits").index("account").getAll(account), function (rows) {
        rows.forEach(function (row) {
          if (row.state !== "sent") return;
          dropPhotosIn(store, row.key);
          if (row.sentAt < before) store("visits").delete(row.key);
        });
      });
    });
  }

  // --- photographs --------------------------------------------------------------------------

  function addPhoto(photo) {
    return within(["photos"], "readwrite", function (store) {
      store("photos").add(photo);
    });
  }

  function photos(visitKey) {
    return within(["photos"], "readonly", function (store, done) {
      got(store("photos").index("visit").getAll(visitKey), function (rows) {
        rows.sort(function (a, b) {
          return a.addedAt - b.addedAt;
        });
        done(rows);
      });
    });
  }

  function photoSent(key) {
    return within(["photos"], "readwrite", function (store) {
      got(store("photos").get(key), function (row) {
        if (!row) return;
        row.sent = true;
        store("photos").put(row);
      });
    });
  }

  // All photographs of a visit are to be sent once more: the server may have swept what waited too long.
  function photosAgain(visitKey) {
    return within(["photos"], "readwrite", function (store) {
      got(store("photos").index("visit").getAll(visitKey), function (rows) {
        rows.forEach(function (row) {
          row.sent = false;
          store("photos").put(row);
        });
      });
    });
  }

  function dropPhoto(key) {
    return within(["photos"], "readwrite", function (store) {
      store("photos").delete(key);
    });
  }

  // --- who sends where there are no Web Locks (they need HTTPS) ------------------------------

  function lease(name, owner, ms) {
    return within(["leases"], "readwrite", function (store, done) {
      var leases = store("leases");
      got(leases.get(name), function (row) {
        var now = Date.now();
        // a lease from the future is one of a phone whose clock went back
        var isFree = !row || row.owner === owner || row.until < now || row.until > now + 10 * ms;
        if (isFree) leases.put({ name: name, owner: owner, until: now + ms });
        done(isFree);
      });
    });
  }

  function release(name, owner) {
    return within(["leases"], "readwrite", function (store) {
      got(store("leases").get(name), function (row) {
        if (row && row.owner === owner) store("leases").delete(name);
      });
    });
  }

  window.jmsVisits = window.jmsVisits || {};
  window.jmsVisits.store = {
    open: open,
    hex32: hex32,
    visit: visit,
    all: all,
    unsent: unsent,
    draft: draft,
    change: change,
    rekey: rekey,
    drop: drop,
    tidy: tidy,
    addPhoto: addPhoto,
    photos: photos,
    photoSent: photoSent,
    photosAgain: photosAgain,
    dropPhoto: dropPhoto,
    lease: lease,
    release: release,
  };
})();
