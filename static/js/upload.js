// The upload form: says at once what the server would say about the file; and a word when polling fails. All works without it.
(function () {
  "use strict";

  var MAX_BYTES = 20 * 1024 * 1024;

  function problemOf(file) {
    if (!file) return "请先选择台账文件，再按“上传台账”。";
    if (file.size === 0) return file.name + " 是空文件，没有内容。请检查后重新选择。";
    if (file.size > MAX_BYTES) {
      return file.name + " 超过 20 MB。请删去图片等无关内容，或按乡镇拆分后分别上传。";
    }
    return "";
  }

  // Another file is another upload: the form's key is made anew.
  function newKey() {
    var numbers = new Uint8Array(16);
    window.crypto.getRandomValues(numbers);
    return Array.prototype.map
      .call(numbers, function (number) {
        return ("0" + number.toString(16)).slice(-2);
      })
      .join("");
  }

  function setUp(form) {
    var input = form.querySelector("[data-upload-file]");
    var zone = form.querySelector("[data-drop-zone]");
    var place = form.querySelector("[data-upload-problem]");
    var key = form.querySelector("[data-upload-key]");

    function check() {
      var problem = problemOf(input.files[0]);
      place.textContent = problem;
      input.classList.toggle("is-invalid", Boolean(problem));
      input.setAttribute("aria-invalid", String(Boolean(problem)));
      return !problem;
    }

    input.addEventListener("change", function () {
      key.value = newKey();
      check();
    });
    form.addEventListener("submit", function (event) {
      if (!check()) {
        event.preventDefault();
        input.focus();
      }
    });

    form.querySelector("[data-drop-hint]").hidden = false;
    ["dragenter", "dragover"].forEach(function (name) {
      zone.addEventListener(name, function (event) {
        event.preventDefault();
        zone.classList.add("is-over");
      });
    });
    ["dragleave", "drop"].forEach(function (name) {
      zone.addEventListener(name, function () {
        zone.classList.remove("is-over");
      });
    });
    zone.addEventListener("drop", function (event) {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      key.value = newKey();
      check();
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    Array.prototype.forEach.call(document.querySelectorAll("[data-upload-form]"), setUp);
    var offline = document.querySelector("[data-poll-problem]");
    if (!offline) return;
    ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (name) {
      document.body.addEventListener(name, function () {
        offline.hidden = false;
      });
    });
    document.body.addEventListener("htmx:afterSwap", function () {
      offline.hidden = true;
    });
  });
})();
