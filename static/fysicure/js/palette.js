// The command palette: Ctrl-K or Cmd-K, and ? for the keys of the page. What can be chosen comes from the server; here
// it is only held against what is typed. Without this file the search of the top bar does its work.
(() => {
  "use strict";
  const WAIT_MS = 150;
  const SAY_MS = 500;
  const MOST = 6; // commands, once something is typed
  const FRAME = `
    <div class="palette-top">
      <svg class="icon" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true"><path d="m21 21-4.34-4.34"/><circle cx="11" cy="11" r="8"/></svg>
      <input class="palette-input" type="text" role="combobox" aria-expanded="true" aria-controls="palette-list"
             aria-autocomplete="list" autocomplete="off" spellcheck="false" enterkeyhint="go" maxlength="120">
      <button class="palette-close" type="button" data-close><kbd aria-hidden="true">Esc</kbd>
        <svg class="icon" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true"><path d="M18 6 6 18"/><path d="m6 6 12 12"/></svg></button>
    </div>
    <div class="palette-list" id="palette-list" role="listbox"></div>
    <p class="visually-hidden" role="status"></p>`;
  const said = document.currentScript.dataset; // the addresses, and the words in the language of the page
  const dialog = document.createElement("dialog");
  dialog.id = dialog.className = "palette";
  dialog.innerHTML = FRAME;
  document.querySelector(".topbar").after(dialog);
  const input = dialog.querySelector(".palette-input");
  const list = dialog.querySelector(".palette-list");
  dialog.setAttribute("aria-label", said.name);
  input.setAttribute("aria-label", (input.placeholder = said.what));
  dialog.querySelector(".palette-close").setAttribute("aria-label", said.close);
  list.setAttribute("aria-label", said.list);
  const status = dialog.querySelector("[role=status]");
  const found = document.createElement("div"); // patients who fit
  const start = document.createElement("div"); // whom was opened last, acts and pages
  list.append(start, found);
  let looking = null; // the search under way: more letters break it off
  let opening = null; // what the palette opens with, under way: letters that come sooner let it go on
  let busy = 0; // how many of these are under way
  let timer = 0;
  let telling = 0;
  let from = null; // where the focus was

  // Lower case, without accents: as fysicure/palette/commands.py keeps its words.
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/’/g, "'").replace(/-/g, " ");
  const options = () => [...list.querySelectorAll("[role=option]:not([hidden])")].filter((row) => !row.closest("[hidden]"));
  const chosen = () => list.querySelector("[aria-selected=true]");

  const choose = (row) => {
    for (const each of list.querySelectorAll("[aria-selected=true]")) each.setAttribute("aria-selected", "false");
    if (!row) return input.removeAttribute("aria-activedescendant");
    row.id ||= `palette-row-${Math.random().toString(36).slice(2)}`;
    row.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  };

  const tell = () => {
    clearTimeout(telling);
    telling = setTimeout(() => {
      const count = options().length;
      const words = dialog.querySelector(".palette-foot")?.dataset;
      if (words) status.textContent = count === 1 ? words.one : count ? words.many.replace("{n}", count) : words.none;
    }, SAY_MS);
  };

  // How well a command fits: every typed word begins one of its words, in any order; those of the label weigh more.
  const weight = (row, typed) => {
    const words = row.dataset.words.split(" ");
    const label = fold(row.textContent).trim();
    if (!typed.every((each) => words.some((word) => word.startsWith(each)))) return 0;
    return 1 + typed.filter((each) => ` ${label}`.includes(` ${each}`)).length + (label.startsWith(typed[0]) ? 0.5 : 0);
  };

  const sift = () => {
    const typed = fold(input.value).split(/\s+/).filter(Boolean);
    const rows = [...start.querySelectorAll("[data-words]")];
    const weights = new Map(rows.map((row) => [row, typed.length ? weight(row, typed) : 1]));
    const best = typed.length ? rows.filter((row) => weights.get(row)).sort((a, b) => weights.get(b) - weights.get(a)).slice(0, MOST) : rows;
    for (const row of rows) row.hidden = !best.includes(row);
    for (const group of start.querySelectorAll(".palette-group")) {
      group.hidden = "recent" in group.dataset ? typed.length > 0 : !group.querySelector("[role=option]:not([hidden])");
    }
    choose(typed.length ? best[0] : options()[0]);
    tell();
  };

  // What did not come is said where it would have stood, and to who listens.
  const fail = () => {
    const { failed } = document.getElementById("announcer").dataset;
    const line = Object.assign(document.createElement("p"), { className: "palette-none", textContent: failed });
    line.setAttribute("role", "presentation");
    found.replaceChildren(line);
    clearTimeout(telling);
    status.textContent = failed;
  };

  // Answer: the inside of an element, or null when it did not come, was asked for by nobody any more, or wants a sign-in.
  const ask = async (values, mine) => {
    busy += 1;
    list.setAttribute("aria-busy", "true");
    try {
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      const answer = await fetch(said.url, {
        method: "POST", body: new URLSearchParams(values), headers: { "X-CSRFToken": token }, signal: mine.signal,
      });
      if (answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      return mine.signal.aborted ? null : new DOMParser().parseFromString(text, "text/html").body;
    } catch (error) {
      if (error.name !== "AbortError") fail();
      return null;
    } finally {
      busy -= 1;
      if (!busy) list.removeAttribute("aria-busy");
    }
  };

  const look = async () => {
    const q = input.value.trim();
    looking?.abort();
    looking = new AbortController();
    const answer = await ask({ q }, looking);
    if (!answer || q !== input.value.trim()) return;
    found.replaceChildren(...answer.childNodes);
    if (!chosen()) choose(options()[0]);
    tell();
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    found.replaceChildren(); // who fitted less letters may not be who is meant now
    sift();
    if (input.value.trim()) timer = setTimeout(look, WAIT_MS);
    else looking?.abort();
  });

  // A form of its own: an act that changes something is never a link, and a name never stands in an address.
  const post = (url, fields) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = url;
    fields.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
    for (const [name, value] of fields) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };

  // Nothing chosen: the search page, with what was typed.
  const go = (row) => {
    const q = input.value.trim();
    if (!row && !q) return;
    document.dispatchEvent(new CustomEvent("progress:begin", { detail: "page" }));
    if (!row) post(document.querySelector(".topbar-search").action, new URLSearchParams({ q }));
    else if (row.dataset.send) post(row.href, new URLSearchParams(row.dataset.send));
    else location.assign(row.href);
    dialog.close();
  };

  dialog.addEventListener("keydown", (event) => {
    const rows = options();
    const at = rows.indexOf(chosen());
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 5, rows.length - 1), PageUp: Math.max(at - 5, 0) }[event.key];
    if (event.target === input && to !== undefined && rows.length) {
      event.preventDefault();
      choose(rows[(to + rows.length) % rows.length]);
    } else if (event.target === input && event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      go(chosen());
    }
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (!row || ((event.ctrlKey || event.metaKey) && !row.dataset.send)) return;
    event.preventDefault();
    go(row);
  });
  list.addEventListener("mousedown", (event) => event.button || event.preventDefault()); // the focus stays in the field
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    looking?.abort();
    opening?.abort();
    clearTimeout(timer);
    clearTimeout(telling);
    status.textContent = "";
    from?.focus?.();
  });

  const open = async () => {
    if (document.querySelector("dialog[open]")) return;
    from = document.activeElement;
    input.value = "";
    found.replaceChildren();
    dialog.showModal();
    input.focus();
    sift();
    opening = new AbortController();
    const answer = await ask({ at: location.pathname }, opening);
    if (!answer) return;
    dialog.querySelector(".palette-foot")?.remove();
    list.after(answer.querySelector(".palette-foot"));
    start.replaceChildren(...answer.childNodes);
    sift();
    if (!chosen()) choose(options()[0]); // patients may have come before it
  };

  const isTyping = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    } else if (event.key === "?" && !event.ctrlKey && !event.metaKey && !isTyping(event.target) && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      showKeys();
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-palette], [data-keys-of-page]");
    if (!button) return;
    if ("palette" in button.dataset) open();
    else showKeys();
  });
  for (const button of document.querySelectorAll("[data-palette]")) {
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-keyshortcuts", "Control+K Meta+K");
    if (!/Mac|iPhone|iPad/.test(navigator.platform)) continue;
    button.setAttribute("aria-label", button.ariaLabel.replace("Ctrl", "⌘"));
    button.firstElementChild.textContent = "⌘ K";
  }

  // The list of keys: what the page at hand does not know is left out, what it lists itself comes along.
  const showKeys = async () => {
    document.getElementById("keys-dialog")?.remove();
    const answer = await fetch(said.keys).catch(() => null);
    if (!answer?.ok || answer.redirected) return document.dispatchEvent(new CustomEvent("htmx:responseError"));
    if (document.querySelector("dialog[open]")) return;
    const keys = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("keys-dialog");
    for (const row of keys.querySelectorAll("[data-needs]")) if (!document.querySelector(row.dataset.needs)) row.remove();
    keys.querySelector("[data-more]").append(...[...document.querySelectorAll("dl.keys")].map((each) => each.cloneNode(true)));
    const back = document.activeElement;
    document.body.append(keys);
    keys.addEventListener("close", () => (keys.remove(), back?.focus?.()));
    keys.showModal();
  };
})();
