// The little that pages need besides htmx. Everything works without it; nothing here knows about patients.
(() => {
  "use strict";

  // Light or dark, as the device asks; paper is always light.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  paint();
  dark.addEventListener("change", paint);
  addEventListener("beforeprint", () => document.documentElement.setAttribute("data-bs-theme", "light"));
  addEventListener("afterprint", paint);

  const isTyping = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  // data-shortcut="/" puts the focus in a field.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    for (const field of document.querySelectorAll("[data-shortcut]")) {
      if (field.dataset.shortcut === event.key) {
        event.preventDefault();
        field.focus();
        field.select?.();
      }
    }
  });

  // Menus (details.menu) close on Escape and on a click beside them.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // data-dialog="id" opens a dialog, data-close closes it, data-dismiss=".message" removes what is around, data-print prints.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dialog], [data-close], [data-dismiss], [data-print]");
    if (!button) return;
    if (button.dataset.dialog) document.getElementById(button.dataset.dialog).showModal();
    else if (button.dataset.dismiss) button.closest(button.dataset.dismiss).remove();
    else if ("print" in button.dataset) print();
    else button.closest("dialog").close();
  });

  // data-fill='{"name": "value"}' fills in the fields of that name: the accounts of the demo.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
      document.querySelector(`[name="${name}"]`).value = value;
    }
    document.querySelector("form [type=submit]").focus();
  });

  // data-autosubmit sends the form of a filter as soon as it changes; data-once keeps a form from being sent twice.
  document.addEventListener("change", (event) => event.target.closest("[data-autosubmit]")?.form?.requestSubmit());
  document.addEventListener("submit", (event) => {
    if (!("once" in event.target.dataset)) return;
    if (event.target.dataset.once === "sent") event.preventDefault();
    else event.target.dataset.once = "sent";
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-once=sent]").forEach((form) => (form.dataset.once = "")));

  // Screen readers hear what changed: a server answer may carry HX-Trigger: {"announce": "…"}.
  const announce = (text) => {
    const region = document.getElementById("announcer");
    region.textContent = "";
    setTimeout(() => (region.textContent = text), 50);
  };
  document.addEventListener("announce", (event) => announce(event.detail.value ?? event.detail));
  const warn = (kind) => {
    const region = document.getElementById("announcer");
    region.classList.add("is-visible");
    announce(region.dataset[kind]);
    setTimeout(() => region.classList.remove("is-visible"), 8000);
  };
  for (const name of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(name, () => warn("failed"));

  // Without a network a form stays, with what was typed in it. What the portal's diary keeps goes its own way (kept_diary.js).
  const isKept = ({ pathname }) => navigator.serviceWorker?.controller && self.keptDiary?.keeps(pathname);
  const stay = (event) => {
    const form = event.target;
    const to = new URL(event.submitter?.getAttribute("formaction") || form.action, location.href);
    if (navigator.onLine || form.method !== "post" || to.pathname === "/account/logout/" || isKept(to)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    warn("notSent");
  };
  addEventListener("submit", stay, { capture: true });

  // data-focus takes the focus where it appears: the summary of mistakes. data-announce is said where it appears.
  const find = (root, name) => (root.matches?.(name) ? root : root.querySelector?.(name));
  const focus = (root) => find(root, "[data-focus]")?.focus();
  document.addEventListener("DOMContentLoaded", () => focus(document));
  document.addEventListener("htmx:afterSettle", (event) => {
    focus(event.target);
    const said = find(event.target, "[data-announce]")?.dataset.announce;
    if (said) announce(said);
  });

  // In the tab bar of a phone, a room that stands half outside comes whole into view with the focus.
  document.addEventListener("focusin", (event) => event.target.closest(".rooms a")?.scrollIntoView({ block: "nearest", inline: "nearest" }));

  // A table that scrolls sideways in a box of its own is a stop of the keyboard, with the name of what stands in it.
  const reach = (box) => {
    if (box.hasAttribute("tabindex") || box.scrollWidth <= box.clientWidth + 1) return;
    const heading = box.closest("section, .card, main")?.querySelector("h1, h2, h3") ?? document.querySelector("h1");
    const name = box.querySelector("caption") ?? heading;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", name?.textContent.trim() || document.title);
  };
  const SCROLLERS = ".table-scroll, .table-responsive, .card-body:has(> .table)";
  const grown = new ResizeObserver((seen) => seen.forEach(({ target }) => reach(target.closest(SCROLLERS) ?? target)));
  const watch = () => document.querySelectorAll(SCROLLERS).forEach((box) => [box, ...box.children].forEach((each) => grown.observe(each)));
  document.addEventListener("DOMContentLoaded", watch);
  document.addEventListener("htmx:afterSettle", watch);
})();
