/* What was logged and is not at the practice yet: kept on the telephone until it is. Shared by pages and service worker.

Each entry has the key of its form: the practice makes one entry of it, however often it is sent. It belongs to the
account that filled it in and goes in the name of no other. */
((scope) => {
  "use strict";

  const SEND_TO = "/portal/diary/kept/";
  const SESSION = "/account/session/";
  const KINDS = { "/portal/diary/run/": "run", "/portal/diary/exercises/": "exercise", "/portal/diary/rest/": "rest" };
  const NEXT = /^\/portal\/diary\/([0-9a-f-]{36})\/next\/$/;
  const IN_HAND = 30_000; // milliseconds: so long one page or worker has an entry to itself
  const PATIENCE = 20_000; // milliseconds that an answer may take

  /* Whether a form sent to this path is kept here until it stands at the practice. */
  const keeps = (path) => path in KINDS || NEXT.test(path);

  const opened = () =>
    new Promise((done, fail) => {
      const asked = indexedDB.open("fysicure-diary", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("entries", { keyPath: "key" });
        asked.result.createObjectStore("facts");
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
      asked.onblocked = () => fail(new Error("blocked"));
    });

  const within = async (store, mode, act) => {
    const base = await opened();
    try {
      return await new Promise((done, fail) => {
        const work = base.transaction(store, mode, { durability: "strict" });
        const asked = act(work.objectStore(store));
        work.oncomplete = () => done(asked?.result);
        work.onerror = work.onabort = () => fail(work.error);
      });
    } finally {
      base.close();
    }
  };

  const all = () => within("entries", "readonly", (store) => store.getAll());
  const one = (key) => within("entries", "readonly", (store) => store.get(key));
  const keep = (entry) => within("entries", "readwrite", (store) => store.put(entry));
  const drop = (key) => within("entries", "readwrite", (store) => store.delete(key));
  const fact = (name) => within("facts", "readonly", (store) => store.get(name));
  const note = (name, value) => within("facts", "readwrite", (store) => store.put(value, name));

  const changed = () => {
    const channel = new BroadcastChannel("fysicure-diary");
    channel.postMessage("changed");
    channel.close();
  };

  /* The entry that a form is, or null for a form that is none, or that does not say whose it is. */
  const entryOf = (path, form) => {
    const session = NEXT.exec(path);
    const kind = session ? "morning" : KINDS[path];
    const key = session ? `next:${session[1]}` : form.get("client_key");
    const user = form.get("for_user");
    if (!kind || !key || !user) return null;
    const fields = [...form].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    return { key, user, kind, path, entry: session?.[1], fields, filled: Date.now(), state: "waiting", inHand: 0 };
  };

  /* Send one entry: {to} when it stands, {refused, twin} when it may not, {} when nothing is sure. Throws without network. */
  const send = async (entry, token, shown = false) => {
    const body = new URLSearchParams(entry.fields);
    body.set("kept", entry.kind);
    body.set("for_user", entry.user);
    body.set("ago", String(Math.max(0, Math.round((Date.now() - entry.filled) / 1000))));
    if (entry.entry) body.set("entry", entry.entry);
    if (shown) body.set("shown", "yes");
    const answer = await fetch(SEND_TO, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token },
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const isAnswer = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (!isAnswer || ![200, 409, 422].includes(answer.status)) return { status: answer.status };
    return { status: answer.status, ...(await answer.json()) };
  };

  const session = async () => {
    const signal = AbortSignal.timeout(PATIENCE);
    const asked = await fetch(SESSION, { headers: { Accept: "application/json" }, credentials: "same-origin", signal });
    return asked.ok ? asked.json() : { user: "" };
  };

  /* Send one entry in the name of who is signed in now, when that is who filled it in. */
  const sendAs = async (entry, shown = false) => {
    const { user, csrf } = await session();
    if (!user) return { status: 401 };
    return user === entry.user ? send(entry, csrf, shown) : { status: 409, other: true };
  };

  /* Send what waits, one by one, oldest first. Returns what happened to each. Only one page or worker does it at a time. */
  const sendAll = async () => {
    const work = async () => {
      const waiting = (await all()).filter((each) => each.state === "waiting" && Date.now() - each.inHand > IN_HAND);
      if (!waiting.length) return [];
      const { user, csrf } = await session();
      const done = [];
      for (const entry of waiting.filter((each) => each.user === user).sort((a, b) => a.filled - b.filled)) {
        const outcome = await send(entry, csrf);
        if (outcome.to) await drop(entry.key);
        else if (outcome.refused) await keep({ ...entry, state: "refused", refused: outcome.refused, twin: outcome.twin });
        if (outcome.to || outcome.refused) done.push({ entry, outcome });
      }
      return done;
    };
    const done = scope.navigator.locks ? await scope.navigator.locks.request("fysicure-diary", work) : await work();
    const { outcome: last } = done.filter((each) => each.outcome.to).at(-1) ?? {};
    if (last) await note("sent", { to: last.to, at: Date.now() }); // a page tells it, whoever sent it
    if (done.length) changed();
    return done;
  };

  /* Forget everything on this telephone: nothing of anybody stays. */
  const forgetAll = async () => {
    await within("entries", "readwrite", (store) => store.clear());
    await within("facts", "readwrite", (store) => store.clear());
    for (const name of await caches.keys()) if (name.startsWith("fysicure-")) await caches.delete(name);
  };

  scope.keptDiary = { all, one, keep, drop, fact, note, entryOf, send, sendAs, sendAll, forgetAll, changed, keeps };
})(self);
