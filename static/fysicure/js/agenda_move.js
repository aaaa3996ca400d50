// Picking up a visit on the agenda and putting it down elsewhere: with mouse or pen, with a long press of a finger, or
// with keys. Where it lands is only shown here; whether it may be there, the server says (agenda:drop in agenda.js).
(() => {
  "use strict";
  const STEP = 15; // minutes
  const SHORTEST = 15;
  const LONGEST = 240;
  const THRESHOLD = 6; // pixels before a press becomes a drag: no move by accident
  const LONG_PRESS_MS = 450;
  const words = document.getElementById("agenda-words")?.dataset;
  if (!words) return;

  const announce = (value) => document.dispatchEvent(new CustomEvent("announce", { detail: { value } }));
  const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
  const near = (value) => Math.round(value / STEP) * STEP;
  const board = () => document.getElementById("board");
  const columns = () => [...board().querySelectorAll(".agenda-column:not([data-closed])")];
  const firstMinute = () => Number(board().dataset.firstHour) * 60;
  const lastMinute = () => firstMinute() + board().querySelectorAll(".agenda-hours span").length * 60;

  let press = null; // a pointer is down on a visit
  let held = null; // a visit is picked up: {visit, ghost, column, at, minutes, from, mode, byKey}

  const pickUp = (visit, mode, byKey) => {
    const at = Number(visit.dataset.at);
    const minutes = Number(visit.dataset.m);
    const column = visit.closest(".agenda-column");
    const ghost = visit.cloneNode(true);
    ghost.setAttribute("aria-hidden", "true");
    ghost.querySelector("a").tabIndex = -1;
    ghost.classList.add("is-ghost");
    visit.classList.add("is-lifted");
    held = { visit, ghost, column, at, minutes, mode, byKey, from: { column, at, minutes } };
    show();
  };

  const when = () => `${clock(held.at)}–${clock(held.at + held.minutes)}`;
  const show = () => {
    held.ghost.style.gridRow = `${(held.at - firstMinute()) / 5 + 1} / span ${Math.max(held.minutes / 5, 2)}`;
    held.ghost.querySelector("time").textContent = when();
    const list = held.column.querySelector("ol");
    if (held.ghost.parentNode !== list) list.append(held.ghost);
  };

  const place = (column, at, minutes) => {
    held.column = column;
    held.minutes = clamp(minutes, Math.min(SHORTEST, held.from.minutes), LONGEST);
    held.at = clamp(at, firstMinute(), lastMinute() - held.minutes);
    show();
  };

  const letGo = () => {
    held?.ghost.remove();
    held?.visit.classList.remove("is-lifted");
    held = null;
    press = null;
  };
  const giveUp = () => {
    letGo();
    announce(words.left);
  };

  const putDown = () => {
    const { visit, column, at, minutes, from } = held;
    if (column === from.column && at === from.at && minutes === from.minutes) return giveUp();
    const fields = { day: column.dataset.day, time: clock(at), was: `${from.column.dataset.day}T${clock(from.at)}` };
    if (minutes !== from.minutes) fields.minutes = minutes;
    if (column.dataset.practitioner) fields.practitioner = column.dataset.practitioner;
    if (column.dataset.room) fields.room = column.dataset.room;
    held.isSent = true;
    press = null;
    announce(words.dropped);
    document.dispatchEvent(new CustomEvent("agenda:drop", { detail: { visit, fields, done: letGo } }));
  };

  // Mouse, pen and finger ------------------------------------------------------------------------------------------
  const follow = (x, y) => {
    const rows = held.column.querySelector(".agenda-rows").getBoundingClientRect();
    const minuteAt = (pixel) => firstMinute() + ((pixel - rows.top) / rows.height) * (lastMinute() - firstMinute());
    const { at, minutes } = held.from;
    if (held.mode === "resize") {
      const end = minuteAt(y - press.grab) + minutes;
      const moved = Math.abs(end - at - minutes) > STEP / 2;
      return place(held.column, at, moved ? near(end) - at : minutes);
    }
    const under = columns().find((each) => {
      const { left, right } = each.getBoundingClientRect();
      return left <= x && x < right;
    });
    const start = minuteAt(y - press.grab);
    place(under ?? held.column, Math.abs(start - at) > STEP / 2 ? near(start) : at, minutes);
  };

  // Near an edge of the frame the agenda scrolls along.
  const scrollAlong = () => {
    if (!held || held.byKey || held.isSent || !press) return;
    const frame = board().querySelector(".agenda");
    const edge = frame.getBoundingClientRect();
    const pull = (value, low, high) => (value < low + 48 ? -8 : value > high - 24 ? 8 : 0);
    const [dx, dy] = [pull(press.nowX, edge.left + 24, edge.right), pull(press.nowY, edge.top + 16, edge.bottom)];
    if (dx || dy) {
      frame.scrollBy({ left: dx, top: dy, behavior: "instant" });
      follow(press.nowX, press.nowY);
    }
    requestAnimationFrame(scrollAlong);
  };

  const start = () => {
    pickUp(press.visit, press.mode, false);
    requestAnimationFrame(scrollAlong);
    if (press.isTouch) navigator.vibrate?.(15);
  };

  document.addEventListener("pointerdown", (event) => {
    const visit = event.target.closest?.("#board .agenda li[data-m]");
    if (!visit || event.button !== 0 || !event.isPrimary || held) return;
    const { top, bottom, height } = visit.getBoundingClientRect();
    const isTouch = event.pointerType === "touch";
    const edge = Math.min(isTouch ? 16 : 8, height / 3);
    press = {
      visit,
      isTouch,
      id: event.pointerId,
      x: event.clientX,
      y: event.clientY,
      nowX: event.clientX,
      nowY: event.clientY,
      grab: event.clientY - top,
      mode: event.clientY > bottom - edge ? "resize" : "move",
    };
    if (isTouch) press.timer = setTimeout(() => press && !held && start(), LONG_PRESS_MS);
  });
  document.addEventListener("pointermove", (event) => {
    if (!press || event.pointerId !== press.id) return;
    [press.nowX, press.nowY] = [event.clientX, event.clientY];
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) >= THRESHOLD;
    if (!held && far && press.isTouch) {
      clearTimeout(press.timer); // the finger scrolls
      press = null;
      return;
    }
    if (!held && far) {
      press.visit.setPointerCapture(press.id);
      start();
    }
    if (held) follow(event.clientX, event.clientY);
  });
  const swallowClick = () => {
    const swallow = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 100);
  };
  document.addEventListener("pointerup", (event) => {
    if (!press || event.pointerId !== press.id) return;
    clearTimeout(press.timer);
    if (!held) press = null;
    else {
      swallowClick();
      putDown();
    }
  });
  document.addEventListener("pointercancel", () => {
    if (!press) return;
    clearTimeout(press.timer);
    if (held) giveUp();
    press = null;
  });
  document.addEventListener("touchmove", (event) => held && event.preventDefault(), { passive: false });
  document.addEventListener("contextmenu", (event) => press?.isTouch && event.preventDefault());
  document.addEventListener("dragstart", (event) => event.target.closest?.("#board") && event.preventDefault());

  // Keys -----------------------------------------------------------------------------------------------------------
  const steps = {
    ArrowUp: (shift) => (shift ? [0, 0, -STEP] : [0, -1, 0]),
    ArrowDown: (shift) => (shift ? [0, 0, STEP] : [0, 1, 0]),
    ArrowLeft: () => [-1, 0, 0],
    ArrowRight: () => [1, 0, 0],
  };
  // A quarter on, to the next whole quarter when it stood in between.
  const quarter = (at, direction) =>
    direction > 0 ? Math.floor(at / STEP) * STEP + STEP : direction < 0 ? Math.ceil(at / STEP) * STEP - STEP : at;

  const step = (key, shift) => {
    const [aside, direction, longer] = steps[key](shift);
    const all = columns();
    const next = aside && all.includes(held.column) ? all[all.indexOf(held.column) + aside] : held.column;
    place(next ?? held.column, quarter(held.at, direction), held.minutes + longer);
    held.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(`${held.column.querySelector("h2").textContent.trim()}, ${when()}`);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || held?.isSent) return;
    if (!held) {
      const visit = event.key === "m" && event.target.closest?.("#board .agenda li[data-m]");
      if (!visit) return;
      event.preventDefault();
      pickUp(visit, "move", true);
      const who = visit.querySelector("strong").textContent;
      announce(words.picked.replace("{who}", who).replace("{when}", when()));
      return;
    }
    if (event.key === "Escape") giveUp();
    else if (held.byKey && event.key === "Enter") putDown();
    else if (held.byKey && steps[event.key]) step(event.key, event.shiftKey);
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusout", () => held?.byKey && !held.isSent && giveUp());
})();
