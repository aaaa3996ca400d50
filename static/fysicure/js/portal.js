/* Comfort for the pages that log: works without. A form is sent once; too much pain before a run hides the rest. */
(() => {
  "use strict";

  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
    });
    // A page that comes back from the browser's memory may be sent again: the key of the form keeps it one entry.
    window.addEventListener("pageshow", () => delete form.dataset.sent);
  });

  document.querySelectorAll("form[data-too-sore-from]").forEach((form) => {
    const limit = Number(form.dataset.tooSoreFrom);
    const warning = form.querySelector("[data-not-today]");
    if (!warning) {
      return;
    }
    const show = () => {
      const before = form.querySelector("input[name=pre]:checked");
      const during = form.querySelector("input[name=during]:checked");
      warning.hidden = !(before && Number(before.value) >= limit && !during);
    };
    form.addEventListener("change", show);
    show();
    form.classList.add("is-ready");
  });
})();
