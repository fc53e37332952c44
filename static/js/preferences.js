// Runs before the page is painted: high contrast as last chosen on this machine. Large type belongs to the
// person (his account), and comes with the page.
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
  root.classList.toggle("high-contrast", kept("jms-contrast") === "1");
})();
