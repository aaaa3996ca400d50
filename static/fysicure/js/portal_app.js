/* Every page of the portal: what waits on this telephone is shown and sent, and goes when somebody signs out. */
(() => {
  "use strict";
  const kept = self.keptDiary;
  const box = document.getElementById("kept");
  if (!kept || !box || !("indexedDB" in self)) return;
  const guard = document.getElementById("session-guard");
  const words = box.dataset;
  const list = box.querySelector("[data-kept-list]");
  const status = box.querySelector("[data-kept-status]");
  const row = box.querySelector("[data-kept-row]");
  const language = document.documentElement.lang.slice(0, 2);
  const moment = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
  const labels = JSON.parse(words.labels);

  /* Who uses this telephone: what another left behind besides unsent entries goes. */
  const own = async () => {
    const owner = await kept.fact("owner");
    if (!guard) return owner?.user;
    const { user } = guard.dataset;
    if (owner && owner.user !== user) {
      await kept.note("questions", []);
      await caches.delete("fysicure-forms");
      const registration = await navigator.serviceWorker?.getRegistration("/portal/");
      await (await registration?.pushManager?.getSubscription())?.unsubscribe();
    }
    if (owner?.user !== user || owner?.language !== language) await kept.note("owner", { user, language });
    return user;
  };

  const typed = (entry) => {
    const shown = new Map();
    for (const [name, value] of entry.fields) {
      if (!labels[name] || !value) continue;
      const text = value === "on" ? words.yes : value;
      shown.set(name, shown.has(name) ? `${shown.get(name)}, ${text}` : text);
    }
    return shown;
  };

  const drawn = (entry) => {
    const item = row.content.cloneNode(true).firstElementChild;
    const put = (name, text) => (item.querySelector(`[data-${name}]`).textContent = text);
    put("what", words[entry.kind]);
    put("when", moment.format(entry.filled));
    put("state", entry.state === "waiting" ? words.waiting : [...entry.refused, entry.twin].filter(Boolean).join(" "));
    item.classList.toggle("is-refused", entry.state !== "waiting");
    const facts = item.querySelector("dl");
    for (const [name, text] of typed(entry)) {
      facts.append(Object.assign(document.createElement("dt"), { textContent: labels[name] }));
      facts.append(Object.assign(document.createElement("dd"), { textContent: text }));
    }
    const acts = { merge: entry.twin, keep: entry.twin, edit: entry.kind !== "morning" && !entry.twin };
    for (const button of item.querySelectorAll("[data-act]")) {
      button.dataset.key = entry.key;
      if (button.dataset.act in acts) button.hidden = !(entry.state !== "waiting" && acts[button.dataset.act]);
    }
    return item;
  };

  const draw = async () => {
    const user = await own();
    const mine = (await kept.all()).filter((each) => each.user === user).sort((a, b) => a.filled - b.filled);
    list.replaceChildren(...mine.map(drawn));
    box.hidden = !mine.length && !status.textContent;
    box.querySelector("[data-kept-alarm]").hidden = !mine.some((each) => each.fields.some(([name]) => name === "rf_any"));
    return mine;
  };

  const say = (text, url = "") => {
    status.textContent = text;
    if (url) status.append(" ", Object.assign(document.createElement("a"), { href: url, textContent: words.look }));
  };

  /* What a page or the worker sent a moment ago. */
  const tell = async () => {
    const sent = await kept.fact("sent");
    if (sent && Date.now() - sent.at < 60_000) say(words.sent, sent.to);
    if (sent) await kept.note("sent", null);
  };

  /* Send, then draw what is left. Without a network nothing changes. */
  let timer = 0;
  const send = async () => {
    clearTimeout(timer);
    await kept.sendAll().catch(() => []);
    await tell();
    const left = await draw();
    if (left.some((each) => each.state === "waiting")) timer = setTimeout(send, 15_000);
  };

  const acts = {
    edit: async (entry) => location.assign(`${entry.path}#again=${encodeURIComponent(entry.key)}`),
    drop: async (entry) => {
      if (confirm(words.sure)) await kept.drop(entry.key);
      await draw();
    },
    again: async (entry, choice) => {
      const fields = [...entry.fields.filter(([name]) => name !== "on_duplicate"), ["on_duplicate", choice]];
      await kept.keep({ ...entry, fields, state: "waiting", inHand: 0, refused: undefined, twin: undefined });
      await send();
    },
  };

  list.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-act]");
    const entry = button && (await kept.one(button.dataset.key));
    if (!entry) return;
    const { act } = button.dataset;
    await (act === "merge" || act === "keep" ? acts.again(entry, act) : acts[act](entry));
  });

  /* Signing out: what was not sent would be lost, and everything goes. */
  const leaving = document.getElementById("kept-leaving");
  let form = null;
  let isLeaving = false;
  const leave = async () => {
    isLeaving = true; // no worker is laid out any more, which would outlive the signing out
    const late = new Promise((done) => setTimeout(done, 1500));
    await Promise.race([kept.forgetAll().catch(() => {}), late]);
    form.submit();
  };
  document.addEventListener("submit", async (event) => {
    if (!event.target.action?.endsWith("/account/logout/")) return;
    event.preventDefault();
    form = event.target;
    const left = await kept.all().catch(() => []);
    if (navigator.onLine && !left.length) return leave();
    leaving.querySelector("[data-no-network]").hidden = navigator.onLine;
    leaving.querySelector("[data-unsent]").hidden = !navigator.onLine;
    leaving.querySelector("[data-leave]").hidden = !navigator.onLine;
    leaving.showModal();
  });
  leaving.querySelector("[data-leave]").addEventListener("click", leave);

  /* The questions of the morning after that this page knows of, for a morning without a network. */
  const learn = async () => {
    const told = document.querySelectorAll("[data-asked]");
    const now = Date.now();
    const known = ((await kept.fact("questions")) ?? []).filter((each) => each.until > now);
    const fresh = [...told].map((each) => JSON.parse(each.dataset.asked));
    const isHome = document.querySelector("[data-asked-all]");
    const others = known.filter((each) => !fresh.some((one) => one.id === each.id) && !(isHome && each.from <= now));
    if (guard) await kept.note("questions", [...others, ...fresh.filter((each) => each.until > now)]);
  };

  const start = async () => {
    await draw();
    await learn();
    await send();
    document.dispatchEvent(new Event("kept:ready"));
  };

  new BroadcastChannel("fysicure-diary").addEventListener("message", () => tell().then(draw));
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  document.addEventListener("kept:changed", draw);
  start().catch(() => {});

  const register = async () => {
    const registration = await navigator.serviceWorker.register("/portal/service-worker.js", { scope: "/portal/" });
    const paths = [...document.querySelectorAll("[data-warm] a")].map((each) => new URL(each.href).pathname);
    if (!guard || !paths.length) return;
    await navigator.serviceWorker.ready;
    registration.active?.postMessage({ warm: paths });
  };
  // After everything that the page itself needs.
  addEventListener("load", () => "serviceWorker" in navigator && setTimeout(() => isLeaving || register().catch(() => {}), 500));
})();
