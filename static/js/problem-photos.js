/* Makes chosen photographs smaller before they are sent (at most 1600 px, about 0.3 MB); drawing anew also
   leaves behind where they were taken. Without script they are sent as they are, and the server does it. */
(function () {
  "use strict";
  var MOST = 1600;
  var SMALL = 600 * 1024;

  function smaller(file) {
    return new Promise(function (resolve) {
      if (!/^image\//.test(file.type) || file.size < SMALL) return resolve(file);
      var address = URL.createObjectURL(file);
      var image = new Image();
      image.onload = function () {
        URL.revokeObjectURL(address);
        var scale = Math.min(1, MOST / Math.max(image.naturalWidth, image.naturalHeight));
        var canvas = document.createElement("canvas");
        canvas.width = Math.round(image.naturalWidth * scale);
        canvas.height = Math.round(image.naturalHeight * scale);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(
          function (blob) {
            var name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
            resolve(blob && blob.size < file.size ? new File([blob], name, { type: "image/jpeg" }) : file);
          },
          "image/jpeg",
          0.82
        );
      };
      image.onerror = function () {
        URL.revokeObjectURL(address);
        resolve(file);
      };
      image.src = address;
    });
  }

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches("input[data-photos]") || !input.files.length) return;
    if (typeof DataTransfer !== "function") return;
    var form = input.form;
    var waiting = Promise.all(Array.prototype.map.call(input.files, smaller));
    input.dataset.busy = "1";
    waiting.then(function (files) {
      var bag = new DataTransfer();
      files.forEach(function (file) {
        bag.items.add(file);
      });
      input.files = bag.files;
      delete input.dataset.busy;
      if (form && form.dataset.sendLater) form.requestSubmit();
    });
  });

  // Pressed while a picture is still being made smaller: sent as soon as it is ready.
  document.addEventListener("submit", function (event) {
    if (event.target.querySelector("input[data-busy]")) {
      event.preventDefault();
      event.target.dataset.sendLater = "1";
    }
  });
})();
