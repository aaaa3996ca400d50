// The pages of an import: what a column holds beside its choice, which columns are left, and a file that is too large.
// Everything works without it: the page that comes back says the same.
(() => {
  "use strict";
  const form = document.querySelector("[data-import-columns]");
  if (form) {
    const picks = [...form.querySelectorAll("select[data-column]")];
    const names = new Map();
    for (const option of picks[0]?.options ?? []) if (option.value) names.set(option.value, option.textContent);
    const show = () => {
      const left = new Map(names);
      for (const pick of picks) {
        const chosen = pick.selectedOptions[0];
        pick.closest(".import-column").querySelector("[data-shown]").textContent = chosen?.dataset.holds ?? "";
        left.delete(pick.value);
      }
      document.getElementById("unused").hidden = left.size === 0;
      document.getElementById("unused-names").textContent = [...left.values()].join(" · ");
    };
    form.addEventListener("change", show);
    show();
  }

  const file = document.querySelector("input[type=file][data-most]");
  if (file) {
    const drop = file.closest(".import-drop");
    file.addEventListener("change", () => {
      const chosen = file.files[0];
      file.setCustomValidity(chosen && chosen.size > Number(file.dataset.most) ? file.dataset.tooLarge : "");
      file.reportValidity();
    });
    file.form.addEventListener("submit", (event) => {
      if (!file.validity.customError) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      file.reportValidity();
    }, true);
    for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, () => drop.classList.add("is-over"));
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
  }
})();
