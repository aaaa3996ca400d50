/* Comfort for the form of a run, which works without: too much pain before it says at once that today is no day to run. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-too-sore-from]");
  const warning = form?.querySelector("[data-not-today]");
  if (!warning) return;
  const limit = Number(form.dataset.tooSoreFrom);
  const show = () => {
    const before = form.querySelector("input[name=pre]:checked");
    const during = form.querySelector("input[name=during]:checked");
    warning.hidden = !(before && Number(before.value) >= limit && !during);
  };
  form.addEventListener("change", show);
  show();
  form.classList.add("is-ready");
})();
