// Runs before the page is painted: large type and high contrast as last chosen on this machine.
(function () {
  "use strict";
  var root = document.documentElement;
  function kept(key) {
    try {
      return window.localStorage.getItem(key);
    } catch (error) {
      return null; // storage may be switched off; the page then keeps its defaults
    }
  }
  var size = kept("jms-text-large");
  if (size !== null) root.classList.toggle("text-large", size === "1");
  root.classList.toggle("high-contrast", kept("jms-contrast") === "1");
})();
