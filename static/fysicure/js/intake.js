/* Saves each changed answer of the intake while it is typed. Nothing is kept in the browser. */
(() => {
  "use strict";
  const form = document.querySelector("[data-intake]");
  if (!form) return;
  form.classList.add("has-script");
  const status = form.querySelector("[data-status]");
  const dirty = new Set();
  let sending = [];
  let timer = 0;
  let isOver = false;

  const say = (text, failed = false) => {
    status.querySelector("span").textContent = text;
    status.classList.toggle("is-failed", failed);
  };
  const isChoice = (control) => control.type === "radio" || control.type === "checkbox";
  const controls = (name) => [...form.elements].filter((control) => control.name === name && control.type !== "hidden");
  const boxOf = (name) => form.querySelector(`[data-box="${name}"]`);

  /* The token of the cookie stays right when the therapist signs in again in another window. */
  const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

  const send = (names, options = {}) => {
    const all = new FormData(form);
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token());
    body.set("revision", all.get("revision"));
    for (const name of names) {
      const values = all.getAll(name);
      (values.length ? values : [""]).forEach((value) => body.append(name, value));
    }
    return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true, ...options });
  };

  const fill = (name, value) => {
    const values = [].concat(value);
    controls(name).forEach((control, number) => {
      if (isChoice(control)) control.checked = values.includes(control.value) || (!values.length && !control.value);
      else control.value = values[number] ?? "";
    });
  };

  const mark = (name, error, [note, suggestion]) => {
    const box = boxOf(name);
    if (!box) return;
    box.classList.toggle("is-wrong", Boolean(error));
    box.querySelector("[data-error]").textContent = error;
    box.querySelector("[data-note]").textContent = note;
    const button = box.querySelector("[data-suggest]");
    button.hidden = !suggestion;
    button.dataset.suggest = button.querySelector("b").textContent = suggestion;
    for (const control of controls(name)) {
      if (isChoice(control)) continue;
      if (error) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  };

  const count = (key, counts) => {
    const link = form.querySelector(`[data-section="${key}"]`);
    link.querySelector("[data-count]").textContent = counts.answered;
    const open = link.querySelector("[data-open]");
    if (!open) return;
    open.hidden = !counts.open;
    open.querySelector("b").textContent = counts.open;
  };

  const line = ({ label, value }) => {
    const cells = [document.createElement("dt"), document.createElement("dd")];
    cells[0].textContent = label;
    cells[1].textContent = value;
    cells[1].className = "num";
    return cells;
  };

  const show = (answer) => {
    form.elements.revision.value = answer.revision;
    for (const [name, value] of Object.entries(answer.elsewhere)) if (!dirty.has(name)) fill(name, value);
    for (const [name, error] of Object.entries(answer.errors)) mark(name, error, answer.notes[name]);
    for (const name of [...answer.overwritten, ...Object.keys(answer.elsewhere)]) {
      const box = boxOf(name);
      if (box) box.querySelector("[data-note]").textContent = form.dataset.elsewhere;
    }
    for (const [key, counts] of Object.entries(answer.progress)) count(key, counts);
    form.querySelector("[data-derived] dl").replaceChildren(...answer.derived.flatMap(line));
    say(`${form.dataset.saved} ${answer.saved_at}`);
  };

  const save = async () => {
    window.clearTimeout(timer);
    if (isOver || sending.length || !dirty.size) return;
    sending = [...dirty];
    dirty.clear();
    say(form.dataset.saving);
    let wait = 300;
    try {
      const response = await send(sending);
      if (response.redirected) throw new Error("signed out");
      if (response.status === 409) {
        /* Finished in another window: what was typed last is not there, and stands here to be read. */
        isOver = true;
        return say(form.dataset.over, true);
      }
      if (!response.ok) throw new Error(String(response.status));
      show(await response.json());
      if (sending.includes("side")) window.location.reload();
    } catch (error) {
      sending.forEach((name) => dirty.add(name));
      say(error.message === "signed out" ? form.dataset.signedOut : form.dataset.failed, true);
      wait = 5000;
    }
    sending = [];
    if (dirty.size) timer = window.setTimeout(save, wait);
  };

  const changed = (event) => {
    if (!event.target.name || event.target.type === "hidden") return;
    dirty.add(event.target.name);
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 600);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  /* Leaving sends what is left; coming back sends again whatever did not arrive. */
  const flush = () => {
    const names = [...dirty];
    if (isOver || !names.length) return;
    dirty.clear();
    send(names).then(
      async (response) => (response.ok && !response.redirected ? show(await response.json()) : names.forEach((name) => dirty.add(name))),
      () => names.forEach((name) => dirty.add(name)),
    );
  };
  window.addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? flush() : save()));
  window.addEventListener("online", save);

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-suggest]");
    if (!button) return;
    const [control] = controls(button.closest("[data-box]").dataset.box);
    control.value = button.dataset.suggest;
    control.focus();
    dirty.add(control.name);
    save();
  });

  /* Enter saves and goes to the next answer, Ctrl+Enter to the next section; only the buttons send the form. */
  form.addEventListener("keydown", (event) => {
    const here = event.target;
    if (event.key !== "Enter" || here.tagName !== "INPUT") return;
    event.preventDefault();
    save();
    const stops = [...form.querySelectorAll("input:not([type=hidden]), button[type=submit]")].filter((stop) => stop.offsetParent);
    const rest = stops.slice(stops.indexOf(here) + 1);
    const section = here.closest("section");
    const next = event.ctrlKey
      ? rest.find((stop) => stop.closest("section") !== section)
      : rest.find((stop) => stop.name !== here.name || !isChoice(stop));
    (next && isChoice(next) ? controls(next.name).find((stop) => stop.checked) ?? next : next)?.focus();
  });

  /* A whole form sends only what changed here, so that it never undoes what was typed in another window. */
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    const kept = new Set([...dirty, ...sending, "csrfmiddlewaretoken", "revision"]);
    dirty.clear();
    for (const control of form.elements) {
      if (control.name && !kept.has(control.name)) control.disabled = true;
    }
  });
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
})();
