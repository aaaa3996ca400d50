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
  // Bring the line of now into view, without moving the page.
  const box = document.querySelector(".agenda");
  const now = box?.querySelector("hr");
  if (now) box.scrollTop = now.offsetTop - box.clientHeight / 3;
})();
