// The agenda with comfort: a visit opens over the day, the board stays as the practice has it, keys turn the page.
// The server draws everything; this only puts its answers in place. Dragging is in agenda_move.js.
(() => {
  "use strict";
  const POLL_MS = 10_000;
  const FRESH_MS = 4_000;
  const dialog = document.getElementById("visit-dialog");
  const words = document.getElementById("agenda-words")?.dataset;
  const board = () => document.getElementById("board");
  if (!dialog || !words || !board()) return;
  const announce = (value) => document.dispatchEvent(new CustomEvent("announce", { detail: { value } }));
  let sending = 0;
  let dropped = ""; // the address of the visit that was put down last

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

  const visitsOf = (root) => [...root.querySelectorAll(".agenda-column li:not(.is-ghost)")];
  const address = (visit) => visit.querySelector("a").getAttribute("href");
  const focusOn = (url) => board().querySelector(`a[href="${CSS.escape(url)}"]`)?.focus({ preventScroll: true });
  const standing = (visit) => `${visit.textContent} ${visit.closest("section").querySelector("h2").id}`;

  // Put a newer board in the place of this one; scroll and focus stay, what changed stands out for a moment.
  const put = (page) => {
    const old = board();
    const fresh = page.getElementById("board");
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const frame = old.querySelector(".agenda");
    const [left, top] = [frame?.scrollLeft, frame?.scrollTop];
    const before = new Map(visitsOf(old).map((visit) => [address(visit), standing(visit)]));
    old.replaceWith(fresh);
    htmx.process(fresh);
    fresh.querySelector(".agenda")?.scrollTo({ left, top, behavior: "instant" });
    for (const visit of visitsOf(fresh)) {
      if (before.get(address(visit)) === standing(visit)) continue;
      visit.dataset.fresh = "";
      setTimeout(() => delete visit.dataset.fresh, FRESH_MS);
    }
    if (focused) focusOn(focused);
  };

  const read = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");
  const failed = () => document.dispatchEvent(new CustomEvent("htmx:responseError"));

  // Send a change, and show what came of it: the board with a message, or why not, with the focus there.
  const send = async (url, body) => {
    sending += 1;
    const underWay = { detail: {} };
    document.dispatchEvent(new CustomEvent("progress:begin", underWay));
    board().setAttribute("aria-busy", "true");
    try {
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      const response = await fetch(url, { method: "POST", body, headers: { "HX-Target": "board", "X-CSRFToken": token } });
      const page = await read(response);
      const refusal = page.querySelector("[data-refusal]");
      document.getElementById("refusal").replaceChildren(...(refusal ? [refusal] : []));
      if (refusal) refusal.focus();
      else if (!response.ok) failed();
      else if (!page.getElementById("board")) location.reload();
      else {
        put(page);
        document.getElementById("messages").replaceChildren(...page.getElementById("messages").childNodes);
      }
    } catch {
      failed();
    } finally {
      document.dispatchEvent(new CustomEvent("progress:end", underWay));
      board().removeAttribute("aria-busy");
      sending -= 1;
    }
  };
  document.addEventListener("agenda:drop", async (event) => {
    const { visit, fields, done } = event.detail;
    dropped = address(visit);
    const search = new URL(board().dataset.poll, location.href).search;
    await send(`${visit.querySelector("a").pathname}drop/${search}`, new URLSearchParams(fields));
    done();
    poll(); // after a refusal the board may be behind
  });
  // Closing a refusal gives the focus back to the visit.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-refusal] [data-dismiss]")) focusOn(dropped);
  });
  // A form with data-live goes without leaving the page; a second press while it is on its way is no second change.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!("live" in form.dataset)) return;
    event.preventDefault();
    if (form.dataset.live === "sent") return;
    form.dataset.live = "sent";
    await send(form.action, new URLSearchParams(new FormData(form)));
    form.dataset.live = "";
  });

  // Ask whether a colleague changed something: not while a visit is held, a dialog is open or nobody looks.
  const isBusy = () => document.hidden || dialog.open || sending > 0 || document.querySelector(".is-lifted") !== null;
  const poll = async () => {
    if (isBusy()) return;
    const shown = board();
    const url = new URL(shown.dataset.poll, location.href);
    url.searchParams.set("version", shown.dataset.version);
    try {
      const response = await fetch(url, { headers: { "HX-Target": "board" } });
      if (response.status === 401) return failed(); // signed out: session.js covers the page
      if (response.status !== 200) return;
      const page = await read(response);
      if (isBusy() || board() !== shown) return;
      if (!page.getElementById("board")) return location.reload(); // signed out
      put(page);
      announce(words.changed);
    } catch {
      // No connection: the next poll tries again.
    }
  };
  setInterval(poll, POLL_MS);
  document.addEventListener("visibilitychange", poll);

  // data-key="t" is a link that a key follows; the arrows only when nothing has the focus.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented || dialog.open) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.querySelector(".is-lifted")) return;
    if (event.key.startsWith("Arrow") && document.activeElement !== document.body) return;
    document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  });
})();
