// A photograph made small in the browser: at most 1600 px, JPEG. Drawn anew it carries no position and no other
// data of the camera.
(function () {
  "use strict";

  var LONGEST = 1600;
  var QUALITY = 0.7;
  var MOST_BYTES = 1900000; // the server takes 2 MB

  function picture(file) {
    return new Promise(function (resolve, reject) {
      var address = URL.createObjectURL(file);
      var image = new Image();
      image.onload = function () {
        URL.revokeObjectURL(address);
        resolve(image);
      };
      image.onerror = function () {
        URL.revokeObjectURL(address);
        reject(new Error("unreadable"));
      };
      image.src = address;
    });
  }

  function drawn(image, longest, quality) {
    var share = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight));
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * share));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * share));
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // what is transparent would turn black
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise(function (resolve, reject) {
      canvas.toBlob(
        function (blob) {
          if (blob) resolve(blob);
          else reject(new Error("unreadable"));
        },
        "image/jpeg",
        quality
      );
    });
  }

  // {bytes, type, size}; fails where the browser cannot read the file.
  function small(file) {
    return picture(file).then(function (image) {
      return drawn(image, LONGEST, QUALITY)
        .then(function (blob) {
          return blob.size <= MOST_BYTES ? blob : drawn(image, LONGEST / 2, QUALITY);
        })
        .then(function (blob) {
          return new Response(blob).arrayBuffer().then(function (bytes) {
            return { bytes: bytes, type: "image/jpeg", size: bytes.byteLength };
          });
        });
    });
  }

  function address(photo) {
    return URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
  }

  window.jmsVisits = window.jmsVisits || {};
  window.jmsVisits.photos = { small: small, address: address };
})();
