/* Saves each changed answer of the intake while it is typed. Nothing is kept in the browser. */
(() => {
  "use strict";
  const form = document.querySelector("[data-intake]");
  if (!form) return;
  form.classList.add("has-script");
  const status = form.querySelector("[data-status]");
  const dirty = new Set();
  let timer = 0;
  let busy = false;

  const say = (text, failed = false) => {
    status.querySelector("span").textContent = text;
    status.classList.toggle("is-failed", failed);
  };

  const payload = (names) => {
    const all = new FormData(form);
    const sent = new FormData();
    sent.set("csrfmiddlewaretoken", all.get("csrfmiddlewaretoken"));
    sent.set("revision", all.get("revision"));
    for (const name of names) {
      const values = all.getAll(name);
      if (!values.length) sent.append(name, "");
      values.forEach((value) => sent.append(name, value));
    }
    return sent;
  };

  const controls = (name) => [...form.elements].filter((control) => control.name === name);

  const show = (answer, sent) => {
    form.elements.revision.value = answer.revision;
    for (const [name, text] of Object.entries(answer.errors)) {
      const box = form.querySelector(`[data-box="${name}"]`);
      if (!box) continue;
      box.classList.toggle("is-wrong", Boolean(text));
      box.querySelector("[data-error]").textContent = text;
      controls(name).forEach((control) => (text ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid")));
    }
    for (const [key, counts] of Object.entries(answer.progress)) {
      const link = form.querySelector(`[data-section="${key}"]`);
      link.querySelector("[data-count]").textContent = counts.answered;
      const open = link.querySelector("[data-open]");
      if (open) {
        open.hidden = !counts.open;
        open.querySelector("b").textContent = counts.open;
      }
    }
    for (const name of Object.keys(answer.changed_elsewhere)) {
      if (sent.includes(name)) {
        const box = form.querySelector(`[data-box="${name}"] [data-error]`);
        if (box) box.textContent = form.dataset.elsewhere;
      }
    }
    const list = form.querySelector("[data-derived] dl");
    list.replaceChildren(
      ...answer.derived.flatMap((row) => {
        const label = document.createElement("dt");
        const value = document.createElement("dd");
        label.textContent = row.label;
        value.textContent = row.value;
        value.className = "num";
        return [label, value];
      }),
    );
    say(`${form.dataset.saved} ${answer.saved_at}`);
  };

  const save = async () => {
    if (busy || !dirty.size) return;
    busy = true;
    const names = [...dirty];
    dirty.clear();
    say(form.dataset.saving);
    try {
      const response = await fetch(form.action, { method: "POST", body: payload(names), headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      show(await response.json(), names);
      if (names.includes("side")) window.location.reload();
    } catch {
      names.forEach((name) => dirty.add(name));
      say(form.dataset.failed, true);
      timer = window.setTimeout(save, 5000);
    }
    busy = false;
    if (dirty.size && !status.classList.contains("is-failed")) timer = window.setTimeout(save, 300);
  };

  const changed = (event) => {
    if (!event.target.name || event.target.type === "hidden") return;
    dirty.add(event.target.name);
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 600);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  const flush = () => {
    if (!dirty.size) return;
    fetch(form.action, { method: "POST", body: payload([...dirty]), headers: { Accept: "application/json" }, keepalive: true });
    dirty.clear();
  };
  window.addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());

  /* Enter goes to the next answer; only the buttons send the form. */
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const stops = [...form.querySelectorAll("input:not([type=hidden]), button, summary")].filter((each) => each.offsetParent);
    const rest = stops.slice(stops.indexOf(event.target) + 1);
    const next = rest.find((each) => each.name !== event.target.name);
    if (next) next.focus();
  });

  /* A whole form sends only what changed here, so that it never undoes what was typed in another window. */
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    const kept = new Set([...dirty, "csrfmiddlewaretoken", "revision"]);
    dirty.clear();
    for (const control of form.elements) {
      if (control.name && !kept.has(control.name)) control.disabled = true;
    }
  });
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
})();
