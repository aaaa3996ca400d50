// Two minutes before the session ends: a question. After its end: the page is covered, and everything typed stays in it.
// Nothing is kept in the browser's storage. The server keeps the time; this only asks it.
(() => {
  "use strict";
  const guard = document.getElementById("session-guard");
  if (!guard) return;
  const warning = document.getElementById("session-warning");
  const lock = document.getElementById("session-lock");
  const WARN = 120;
  let timer = 0;
  let active = false;

  // Writing a long note without a request is activity too.
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => (active = true), { passive: true });

  const ask = async (url, options = {}) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", ...options });
    return answer.ok ? answer.json() : { user: "", seconds: 0 };
  };

  // After signing in again the old forms need the new token.
  const renew = (token) => {
    if (!token) return;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  };

  const stay = async () => {
    active = false;
    const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
    try {
      await ask(guard.dataset.stay, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token } });
    } catch {
      // No network: `check` says how it stands and, whatever happens, asks again.
    }
    return check();
  };

  const cover = (other) => {
    lock.querySelector("[data-other]").hidden = !other;
    warning.open && warning.close();
    if (!lock.open) {
      document.body.classList.add("is-locked");
      lock.showModal();
    }
  };

  const uncover = () => {
    document.body.classList.remove("is-locked");
    lock.open && lock.close();
  };

  const later = (seconds) => (timer = setTimeout(check, Math.max(0, seconds - WARN) * 1000));

  const check = async () => {
    clearTimeout(timer);
    let state;
    try {
      state = await ask(guard.dataset.state);
    } catch {
      timer = setTimeout(check, 30_000); // no network: the server still keeps the time
      return;
    }
    if (state.user !== guard.dataset.user || state.seconds <= 0) {
      cover(state.user && state.user !== guard.dataset.user);
      timer = setTimeout(check, 5_000);
      return;
    }
    renew(state.csrf);
    uncover();
    if (state.seconds > WARN) {
      warning.open && warning.close();
      later(state.seconds);
      return;
    }
    if (active && state.extendable) {
      await stay();
      return;
    }
    if (!warning.open) warning.showModal();
    timer = setTimeout(check, Math.min(state.seconds * 1000 + 500, 30_000));
  };

  lock.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-stay-signed-in]")) stay();
    if (event.target.closest("[data-check-again]")) check();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check());
  addEventListener("pageshow", (event) => event.persisted && check());
  document.addEventListener("htmx:responseError", (event) => (event.detail?.xhr?.status ?? 401) === 401 && check());
  later(Number(guard.dataset.seconds));
})();
