// Something that takes longer than 300 ms shows that it is under way: a thin bar on top for pages and parts of pages, a
// spinner on the button that sent a form. What is quicker shows nothing, so that nothing flickers.
(() => {
  "use strict";
  const AFTER_MS = 300;
  const AT_MOST_MS = 10_000; // a file that is saved tells the page nothing: then the bar goes by itself
  const bar = document.createElement("div");
  bar.className = "progress-top";
  bar.hidden = true;
  document.body.append(bar);
  const underWay = new Map(); // what is waited for: the clock that shows the bar
  const buttons = new Map(); // the button of a form that was sent: what stood on it

  const show = () => (bar.hidden = ![...underWay.values()].includes(null));
  const begin = (what) => {
    end(what);
    underWay.set(what, setTimeout(() => (underWay.set(what, null), show()), AFTER_MS));
  };
  const end = (what) => {
    clearTimeout(underWay.get(what));
    underWay.delete(what);
    show();
  };

  // Parts of a page, by htmx; not what a page asks by itself every second.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr, target, elt } = event.detail;
    if (elt.getAttribute("hx-trigger")?.startsWith("every")) return;
    begin(xhr);
    target?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    end(event.detail.xhr);
    event.detail.target?.removeAttribute("aria-busy");
  });
  // Parts that a script of ours fetches: it says so itself.
  document.addEventListener("progress:begin", (event) => begin(event.detail));
  document.addEventListener("progress:end", (event) => end(event.detail));

  // Once every other script has had its say: who keeps the page where it is, tells by himself what is under way.
  const unlessStopped = (act) => (event) => setTimeout(() => event.defaultPrevented || act(event));

  // Another page, or a file.
  const leave = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const to = new URL(link.href);
    if (link.target === "_blank" || to.origin !== location.origin || (to.hash && to.pathname === location.pathname)) return;
    begin("page");
    setTimeout(() => end("page"), AT_MOST_MS);
  };
  document.addEventListener("click", unlessStopped(leave));

  // A form that is sent: its button says that it works, and cannot be pressed twice.
  const send = (event) => {
    const form = event.target;
    if (form.target === "_blank" || form.method === "dialog") return;
    begin("page");
    const button = event.submitter ?? form.querySelector("[type=submit]");
    const clock = setTimeout(() => wait(button), AFTER_MS);
    setTimeout(() => (clearTimeout(clock), end("page"), restore()), "file" in form.dataset ? AT_MOST_MS : 6 * AT_MOST_MS);
    addEventListener("pagehide", () => clearTimeout(clock), { once: true });
  };
  document.addEventListener("submit", unlessStopped(send));
  const wait = (button) => {
    const region = document.getElementById("announcer");
    if (region) region.textContent = region.dataset.working;
    if (!button || buttons.has(button) || !button.matches("button.btn")) return;
    buttons.set(button, [...button.childNodes]);
    button.style.minWidth = `${button.offsetWidth}px`;
    const spinner = document.createElement("span");
    spinner.className = "progress-spinner";
    spinner.setAttribute("aria-hidden", "true");
    button.replaceChildren(spinner, region?.dataset.working ?? "…");
    button.disabled = true;
  };
  const restore = () => {
    for (const [button, content] of buttons) {
      button.replaceChildren(...content);
      button.disabled = false;
      button.style.minWidth = "";
    }
    buttons.clear();
  };
  // A page that comes back from the browser's memory works again.
  addEventListener("pageshow", () => {
    end("page");
    restore();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && end("page"));
})();
