// The agenda with comfort: a visit opens over the day; leaving the dialog gives the focus back to where it was.
(() => {
  "use strict";
  const dialog = document.getElementById("visit-dialog");
  if (!dialog) return;
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "visit-panel" && !dialog.open) dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  // Bring the first visit or the line of now into view.
  document.querySelector(".agenda hr")?.scrollIntoView({ block: "center", inline: "nearest" });
})();
