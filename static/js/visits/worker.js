// The service worker: the phone pages of one account open without network. It touches nothing else: other pages,
// other people's pages and the administration go to the network as if it were not there.
/* global PHONE */
(function () {
  "use strict";

  var FILES = "jms-files-" + PHONE.version;
  var PAGES = "jms-pages";
  var OWNER = "/phone-owner"; // no page: under this name the cache remembers whose pages it holds
  var PATIENCE_MS = 8000;
  var MOST = 80;
  var LIST_MS = 30 * 1000;
  var REFRESH_MS = 12 * 3600 * 1000;

  self.addEventListener("install", function (event) {
    event.waitUntil(
      caches
        .open(FILES)
        .then(function (cache) {
          return cache.addAll(
            PHONE.files.map(function (address) {
              return new Request(address, { cache: "reload" });
            })
          );
        })
        .then(function () {
          return self.skipWaiting();
        })
    );
  });

  self.addEventListener("activate", function (event) {
    event.waitUntil(
      caches
        .keys()
        .then(function (names) {
          return Promise.all(
            names.map(function (name) {
              if (name.indexOf("jms-files-") === 0 && name !== FILES) return caches.delete(name);
              return null;
            })
          );
        })
        .then(function () {
          return self.clients.claim();
        })
    );
  });

  function isPhonePage(path) {
    return (
      path === PHONE.pages.todo ||
      path === PHONE.pages.entities ||
      (path.indexOf(PHONE.pages.visit) === 0 && /^\d+\/$/.test(path.slice(PHONE.pages.visit.length)))
    );
  }

  function forget() {
    return caches.delete(PAGES);
  }

  function owner(cache) {
    return cache.match(OWNER).then(function (kept) {
      return kept ? kept.text() : "";
    });
  }

  // A page is kept only for the account that it names, and only while that account's pages are the kept ones.
  function keep(cache, account, address, answer, stamp) {
    if (answer.status !== 200 || answer.redirected || answer.headers.get("X-Phone-Account") !== account)
      return Promise.resolve(false);
    return answer.blob().then(function (body) {
      var headers = {
        "Content-Type": answer.headers.get("Content-Type"),
        "Content-Security-Policy": answer.headers.get("Content-Security-Policy") || "",
        "X-Phone-Account": account,
        "X-Stamp": stamp || "",
        "X-Kept": String(Date.now()),
      };
      return cache.put(address, new Response(body, { headers: headers })).then(function () {
        return true;
      });
    });
  }

  // --- what the list asks for ------------------------------------------------------------------

  self.addEventListener("message", function (event) {
    var told = event.data || {};
    if (told.type !== "keep" || !/^[0-9a-f]{16}$/.test(told.account)) return;
    event.waitUntil(
      keepAll(told.account, told.pages || []).then(function (number) {
        if (event.source) event.source.postMessage({ type: "kept", account: told.account, number: number });
      })
    );
  });

  function keepAll(account, pages) {
    return caches
      .open(PAGES)
      .then(function (cache) {
        return owner(cache).then(function (kept) {
          return kept === account ? null : forget();
        });
      })
      .then(function () {
        return caches.open(PAGES);
      })
      .then(function (cache) {
        return cache.put(OWNER, new Response(account)).then(function () {
          var wanted = [{ url: PHONE.pages.todo }, { url: PHONE.pages.entities }].concat(
            pages
              .filter(function (page) {
                return isPhonePage(page.url);
              })
              .slice(0, MOST)
          );
          return wanted
            .reduce(function (before, page) {
              return before.then(function () {
                return refresh(cache, account, page);
              });
            }, Promise.resolve())
            .then(function () {
              return cache.keys();
            })
            .then(function (keys) {
              return keys.length - 1;
            });
        });
      });
  }

  function refresh(cache, account, page) {
    return cache.match(page.url).then(function (kept) {
      var age = kept ? Date.now() - Number(kept.headers.get("X-Kept")) : Infinity;
      if (page.stamp ? kept && kept.headers.get("X-Stamp") === page.stamp && age < REFRESH_MS : age < LIST_MS)
        return null;
      return fetch(page.url, { credentials: "same-origin", headers: { "X-Passive": "1" } })
        .then(function (answer) {
          return keep(cache, account, page.url, answer, page.stamp);
        })
        .catch(function () {
          return false; // the network went: what is kept stays
        });
    });
  }

  // --- what the browser asks for -----------------------------------------------------------------

  self.addEventListener("fetch", function (event) {
    var request = event.request;
    var address = new URL(request.url);
    if (address.origin !== self.location.origin) return;
    if (request.method === "POST" && request.mode === "navigate") {
      if (address.pathname === PHONE.pages.logout) event.waitUntil(forget());
      else if (address.pathname === PHONE.pages.login) event.respondWith(login(request));
      return;
    }
    if (request.method !== "GET") return;
    if (request.mode === "navigate") {
      if (isPhonePage(address.pathname)) event.respondWith(page(request, address.pathname));
      else if (address.pathname === PHONE.pages.home) event.respondWith(page(request, PHONE.pages.todo));
      return;
    }
    if (PHONE.files.indexOf(address.pathname) >= 0) event.respondWith(file(request));
  });

  // Whoever has just come in finds no pages of the one before.
  function login(request) {
    return fetch(request).then(function (answer) {
      if (answer.type !== "opaqueredirect") return answer;
      return forget().then(function () {
        return answer;
      });
    });
  }

  function soon(promise) {
    return new Promise(function (resolve, reject) {
      setTimeout(reject, PATIENCE_MS);
      promise.then(resolve, reject);
    });
  }

  function page(request, path) {
    var asked = fetch(request);
    return soon(asked).then(
      function (answer) {
        if (answer.status === 200 && !answer.redirected) remember(path, answer.clone());
        return answer;
      },
      function () {
        return caches.open(PAGES).then(function (cache) {
          return cache.match(path).then(function (kept) {
            return kept || asked;
          });
        });
      }
    );
  }

  function remember(path, answer) {
    return caches.open(PAGES).then(function (cache) {
      return owner(cache).then(function (account) {
        return account && isPhonePage(path)
          ? cache.match(path).then(function (kept) {
              return keep(cache, account, path, answer, kept ? kept.headers.get("X-Stamp") : "");
            })
          : null;
      });
    });
  }

  // Names with a digest never change; others are asked for first, so that nobody works with an old script.
  function file(request) {
    var kept = caches.match(request, { ignoreSearch: true });
    if (/\.[0-9a-f]{12}\./.test(request.url))
      return kept.then(function (answer) {
        return answer || fetch(request);
      });
    return soon(fetch(request)).catch(function () {
      return kept.then(function (answer) {
        return answer || Response.error();
      });
    });
  }
})();
