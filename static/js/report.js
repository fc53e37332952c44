/* The daily report: copy its plain text; buttons that need a script show only where one runs. */
(function () {
  "use strict";

  function say(words) {
    var region = document.querySelector("[data-toasts]");
    if (!region) { return; }
    var line = document.createElement("div");
    line.className = "toast-line";
    line.textContent = words;
    region.append(line);
    window.setTimeout(function () { line.remove(); }, 6000);
  }

  function copied(area) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(area.value);
    }
    area.select();
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var area = document.querySelector(button.dataset.copy);
      copied(area).then(
        function () { say("已复制，可粘贴到工作群。"); },
        function () { say("没有复制成功，请用“导出”里的纯文本。"); }
      );
    });
  });
  document.querySelectorAll("[data-shown-by-script]").forEach(function (button) { button.hidden = false; });
})();
