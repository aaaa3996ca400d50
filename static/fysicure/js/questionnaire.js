/* Keeps a half-filled questionnaire on the server while it is answered. Nothing is kept in the browser. */
(() => {
  "use strict";
  const form = document.querySelector("[data-questionnaire]");
  if (!form) return;
  const status = form.querySelector("[data-status]");
  let isDirty = false;
  let isSending = false;
  let isLeaving = false;
  let timer = 0;

  const say = (text, failed = false) => {
    status.textContent = text;
    status.classList.toggle("is-failed", failed);
  };
  const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

  const save = async () => {
    window.clearTimeout(timer);
    if (isSending || !isDirty || isLeaving) return;
    isDirty = false;
    isSending = true;
    let wait = 300;
    try {
      const body = new FormData(form);
      body.set("csrfmiddlewaretoken", token());
      body.set("do", "keep");
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
      if (response.redirected || !response.ok) throw new Error(String(response.status));
      const answer = await response.json();
      say(`${form.dataset.saved} ${answer.saved_at}`);
    } catch {
      isDirty = true;
      wait = 5000;
      say(form.dataset.failed, true);
    }
    isSending = false;
    if (isDirty) timer = window.setTimeout(save, wait);
  };

  const changed = () => {
    isDirty = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 700);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => (isLeaving = true));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  window.addEventListener("online", save);
})();
