/* Forms that log, when they come from the telephone or were refused later; and the question of the morning after. */
(() => {
  "use strict";
  const kept = self.keptDiary;
  const mark = document.querySelector("[data-from]");
  const form = mark?.form;

  const pad = (number) => String(number).padStart(2, "0");
  const field = (name) => form.querySelector(`[name="${name}"]`);
  const put = (name, value) => field(name) && (field(name).value = value);

  /* A form that was kept has an old key and an old time: this is another session, and it ended just now. */
  const renew = () => {
    const begun = new Date(Date.now() - Number(field("minutes")?.value ?? 0) * 60_000);
    put("client_key", crypto.randomUUID().replaceAll("-", ""));
    put("day", `${begun.getFullYear()}-${pad(begun.getMonth() + 1)}-${pad(begun.getDate())}`);
    put("time", `${pad(begun.getHours())}:${pad(begun.getMinutes())}`);
  };

  /* Fill in again what was refused. */
  const fill = (entry) => {
    for (const control of form.elements) if (["radio", "checkbox"].includes(control.type)) control.checked = false;
    for (const [name, value] of entry.fields) {
      for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (["radio", "checkbox"].includes(control.type)) control.checked ||= control.value === value;
        else control.value = value;
      }
    }
    const box = form.querySelector("[data-refused]");
    box.querySelector("[data-sentences]").textContent = entry.refused?.join(" ") ?? "";
    box.hidden = false;
    for (const each of form.querySelectorAll("details")) each.open = true;
    form.dispatchEvent(new Event("change", { bubbles: true }));
    box.focus();
  };

  /* Whom to call stands there as soon as the sign is ticked, whatever the network does. */
  for (const call of document.querySelectorAll("[data-alarm-call]")) {
    const sign = call.closest("form")?.querySelector("[name=rf_any]");
    if (!sign) continue;
    const show = () => (call.hidden = !sign.checked);
    sign.form.addEventListener("change", show);
    show();
  }

  if (form) {
    if (mark.dataset.from === "telephone") renew();
    const again = new URLSearchParams(location.hash.slice(1)).get("again");
    if (again) kept?.one(again).then((entry) => entry && fill(entry));
  }

  /* Without a network: the forms that are at hand, and the question that is open. */
  const page = document.querySelector("[data-offline]");
  if (!page || !kept) return;
  const show = async () => {
    for (const link of page.querySelectorAll("[data-warm] a")) {
      link.hidden = !(await caches.match(link.getAttribute("href"), { cacheName: "fysicure-forms", ignoreVary: true }));
    }
    const owner = await kept.fact("owner");
    const now = Date.now();
    const asked = ((await kept.fact("questions")) ?? []).filter((each) => each.from <= now && now < each.until).at(-1);
    const question = page.querySelector("[data-morning]");
    question.hidden = !owner || !asked || Boolean(await kept.one(`next:${asked.id}`));
    if (question.hidden) return;
    question.querySelector("[data-about]").textContent = asked.about;
    const answer = question.querySelector("form");
    answer.action = `/portal/diary/${asked.id}/next/`;
    answer.querySelector("[name=for_user]").value = owner.user;
    const after = question.querySelector("[data-after]");
    after.hidden = after.disabled = !asked.after;
  };
  show();
  document.addEventListener("kept:ready", show);
  page.querySelector("[data-again]").addEventListener("click", () => location.assign("/portal/"));
  // Back: the home page again, unless something is being read here.
  addEventListener("online", () => location.hash || location.assign("/portal/"));
})();
