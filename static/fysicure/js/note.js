/* Saves the draft of a session note while it is typed. The server keeps the text; nothing is kept in the browser. */
(() => {
  "use strict";
  const form = document.querySelector("[data-note]");
  if (!form) return;
  form.classList.add("has-script");
  const status = form.querySelector("[data-status]");
  const sign = form.querySelector("[data-sign]");
  let isDirty = false;
  let isStopped = false;
  let isLeaving = false;
  let sending = null;
  let timer = 0;

  const say = (text, failed = false) => {
    status.textContent = text;
    status.classList.toggle("is-failed", failed);
  };

  /* The token of the cookie stays right when the therapist signs in again in another window. */
  const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

  const send = () => {
    const body = new FormData(form);
    body.set("csrfmiddlewaretoken", token());
    return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
  };

  const take = async (response) => {
    if (response.redirected) throw new Error("signed out");
    const isRefused = response.status === 409;
    if (!response.ok && !isRefused) throw new Error(String(response.status));
    if (isRefused) {
      /* Changed or signed elsewhere: what is typed stays here until it is sent with a button, and both texts are shown. */
      isStopped = true;
      say(form.dataset.conflict, true);
      return;
    }
    const answer = await response.json();
    form.elements.revision.value = answer.revision;
    say(`${form.dataset.saved} ${answer.saved_at}`);
  };

  const save = async () => {
    window.clearTimeout(timer);
    if (sending || !isDirty || isStopped || isLeaving) return;
    isDirty = false;
    say(form.dataset.saving);
    let wait = 300;
    try {
      sending = send();
      await take(await sending);
    } catch (error) {
      isDirty = true;
      say(error.message === "signed out" ? form.dataset.signedOut : form.dataset.failed, true);
      wait = 5000;
    }
    sending = null;
    if (isDirty) timer = window.setTimeout(save, wait);
  };

  const changed = (event) => {
    if (!event.target.name) return;
    isDirty = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 1000);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  /* A button waits for a save that is under way, so that it sends the revision that save made. */
  form.addEventListener("submit", async (event) => {
    window.clearTimeout(timer);
    if (!sending) {
      isLeaving = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    isLeaving = true;
    await Promise.allSettled([sending]);
    window.setTimeout(() => form.requestSubmit(button), 0);
  });

  // Ctrl-Enter signs wherever one is on the page: who changes nothing touches no box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.closest("dialog")) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(sign);
    } else if (event.target.tagName === "INPUT" && form.contains(event.target)) {
      event.preventDefault();
      save();
    }
  });

  /* Leaving and coming back save at once what was not; one at a time, for the next needs the revision that this one makes. */
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", save);
  window.addEventListener("online", save);
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
})();
