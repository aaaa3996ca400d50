// data-copy="id" copies a field and says so in the words of data-copied. Without a clipboard the button stays hidden.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const label = button.querySelector("span");
    const before = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        field.focus();
        field.select();
        return;
      }
      label.textContent = button.dataset.copied;
      document.dispatchEvent(new CustomEvent("announce", { detail: button.dataset.copied }));
      setTimeout(() => (label.textContent = before), 4000);
    });
  }
})();
