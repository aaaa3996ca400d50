/* The portal without a network. FACTS (fysicure/portal/app.py) stands before this: version, files, forms, pages.

Kept on the telephone: the files of the pages, a page that says that there is no network, and the three forms that log,
a week at most. No other page is kept. */
importScripts(FACTS.files.find((each) => each.includes("/kept_diary.")));

const FILES = `fysicure-files-${FACTS.version}`;
const FORMS = "fysicure-forms";
const FORM_LASTS = 7 * 24 * 3600 * 1000;
const SLOW = 6000; // milliseconds before a form comes from the telephone

const offlinePages = Object.values(FACTS.offline);

self.addEventListener("install", (event) => {
  const laid = async () => {
    const cache = await caches.open(FILES);
    await cache.addAll(FACTS.files.map((url) => new Request(url, { cache: FACTS.hashed ? "default" : "reload" })));
    // As nobody: these pages hold no name and no token.
    await cache.addAll(offlinePages.map((url) => new Request(url, { credentials: "omit", cache: "reload" })));
    await self.skipWaiting();
  };
  event.waitUntil(laid());
});

self.addEventListener("activate", (event) => {
  const taken = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("fysicure-files-") && name !== FILES) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(taken());
});

const offlinePage = async () => {
  const { language } = (await keptDiary.fact("owner").catch(() => null)) ?? {};
  return FACTS.offline[language] ?? offlinePages[0];
};

const sayOffline = async () => (await caches.match(await offlinePage(), { ignoreVary: true })) ?? Response.error();

/* A file of this build: its name says its content. Without such names the network is asked first. */
const file = async (request) => {
  const kept = () => caches.match(request, { cacheName: FILES, ignoreVary: true });
  if (FACTS.hashed) return (await kept()) ?? fetch(request);
  return fetch(request).catch(async () => (await kept()) ?? Response.error());
};

/* Only while somebody uses the portal here: signing out forgets who, and a form that comes late is kept no more. */
const keepForm = async (path, answer) => {
  if (!answer.ok || answer.redirected || answer.type !== "basic") return;
  if (!(await keptDiary.fact("owner"))) return;
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", String(Date.now()));
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  const cache = await caches.open(FORMS);
  await cache.put(path, new Response(await answer.text(), { headers }));
};

const ageOf = (kept) => Date.now() - Number(kept.headers.get("X-Kept-At"));

const keptForm = async (path) => {
  const found = await caches.match(path, { cacheName: FORMS });
  if (!found) return null;
  if (ageOf(found) > FORM_LASTS) {
    await (await caches.open(FORMS)).delete(path);
    return null;
  }
  return found;
};

/* A form that logs: from the practice, or from the telephone, and then it says so (static/fysicure/js/portal_forms.js). */
const form = async (event, path) => {
  const late = new Promise((done) => setTimeout(done, SLOW, null));
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => keepForm(path, answer.clone())).catch(() => {}));
  const answer = await Promise.race([asked.catch(() => null), late]);
  if (answer) return answer;
  const kept = await keptForm(path);
  if (!kept) return asked.catch(sayOffline);
  const text = (await kept.text()).replace('data-from="practice"', 'data-from="telephone"');
  return new Response(text, { headers: kept.headers });
};

/* A form is sent: first it is kept, then it is sent, and only when it stands at the practice it goes from here. */
const log = async (request, path) => {
  const data = await request.clone().formData();
  const entry = keptDiary.entryOf(path, data);
  if (!entry) return fetch(request);
  entry.inHand = Date.now();
  try {
    await keptDiary.keep(entry);
  } catch {
    return fetch(request); // a browser that keeps nothing
  }
  let outcome = {};
  try {
    const token = data.get("csrfmiddlewaretoken") ?? "";
    outcome = await keptDiary.send(entry, token, true);
    const isStale = outcome.status === 403; // a form from the telephone, after signing in anew
    if (isStale) outcome = await keptDiary.sendAs(entry, true);
    if (outcome.to) {
      await keptDiary.drop(entry.key);
      return Response.redirect(outcome.to, 303);
    }
    if (outcome.refused && !isStale) {
      const page = await fetch(request); // says it beside the fields
      await keptDiary.drop(entry.key);
      return page;
    }
  } catch {
    outcome = {};
  }
  const { refused, twin } = outcome;
  await keptDiary.keep({ ...entry, inHand: 0, ...(refused ? { state: "refused", refused, twin } : {}) });
  if (refused || outcome.other || outcome.status === 401) return Response.redirect("/portal/", 303); // signs in, and goes on
  await self.registration.sync?.register("diary").catch(() => {});
  return Response.redirect(`${await offlinePage()}#${data.get("rf_any") === null ? "kept" : "alarm"}`, 303);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && FACTS.files.includes(url.pathname)) {
    event.respondWith(file(request));
  } else if (request.mode !== "navigate" || !url.pathname.startsWith("/portal/")) {
    return;
  } else if (request.method === "POST") {
    if (keptDiary.keeps(url.pathname)) event.respondWith(log(request, url.pathname));
  } else if (offlinePages.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  } else if (FACTS.forms.includes(url.pathname)) {
    event.respondWith(form(event, url.pathname));
  } else {
    event.respondWith(fetch(request).catch(sayOffline));
  }
});

/* The home page asks for the forms of its buttons, once a day. */
const warm = async (paths) => {
  for (const path of paths.filter((each) => FACTS.forms.includes(each))) {
    const found = await caches.match(path, { cacheName: FORMS });
    if (found && ageOf(found) < FORM_LASTS / 7) continue;
    await fetch(path, { credentials: "same-origin", headers: { Accept: "text/html" } })
      .then((answer) => keepForm(path, answer))
      .catch(() => {});
  }
};

self.addEventListener("message", (event) => {
  if (event.data?.warm) event.waitUntil(warm(event.data.warm));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "diary") event.waitUntil(keptDiary.sendAll());
});

self.addEventListener("push", (event) => {
  const notice = event.data?.json() ?? {};
  const { title = "", body = "", lang = "", tag = "", url = "/portal/" } = notice;
  const options = { body, lang, tag, icon: FACTS.icon, badge: FACTS.badge, data: { url } };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.url ?? "/portal/", self.location.origin).href;
  const shown = async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const mine = open.find((each) => each.url === target);
    return mine ? mine.focus() : self.clients.openWindow(target);
  };
  event.waitUntil(shown());
});
