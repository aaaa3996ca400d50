/* Counts along with an exercise that is held: sets, repetitions, seconds, and rest between them. The page says all of it
   in words too. Screen readers hear which set begins and when to rest, not every second. Nothing is kept or sent. */
(() => {
  "use strict";
  const dialog = document.getElementById("exercise-timer");
  if (!dialog) return;
  const READY = 5; // seconds to take the position
  const BETWEEN_REPETITIONS = 5;
  const SHORT_HOLD = 15; // after a short hold a short rest
  const MOST_REST = 120;

  const part = (name) => dialog.querySelector(`[data-${name}]`);
  const say = (name, number = "", all = "") => dialog.dataset[name].replace("{number}", number).replace("{all}", all);
  const [what, number, where, said, arc] = ["what", "number", "where", "said", "arc"].map(part);
  const [go, skip, restart, settings, sound, log] = ["go", "skip", "restart", "settings", "sound", "log"].map(part);

  let plan = null; // what was asked: {name, sets, repetitions, least, most, sides, hold, rest}
  let steps = [];
  let at = 0;
  let endsAt = 0; // when the running step ends, in the page's milliseconds
  let left = 0; // milliseconds left while it stands still
  let ticking = 0;
  let shown = -1;

  // Sound and vibration ------------------------------------------------------------------------------------------------
  let audio = null;
  const tone = (pitch, seconds, after = 0) => {
    if (!sound.checked || !audio) return;
    const voice = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + after;
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.4, start + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
    voice.connect(volume).connect(audio.destination);
    voice.start(start);
    voice.stop(start + seconds);
  };
  const shake = (pattern) => sound.checked && navigator.vibrate?.(pattern);
  const signals = {
    ready: () => tone(440, 0.15),
    hold: () => (tone(880, 0.3), shake(200)),
    rest: () => (tone(523, 0.3), shake([80, 80, 80])),
    done: () => ([523, 659, 784].forEach((pitch, index) => tone(pitch, 0.35, index * 0.2)), shake([200, 100, 200])),
  };

  // The screen stays on while it counts --------------------------------------------------------------------------------
  let lock = null;
  const stayAwake = async () => {
    try {
      lock = (await navigator.wakeLock?.request("screen")) ?? null;
      if (!ticking) maySleep();
    } catch {
      lock = null; // an empty battery may refuse it: counting goes on
    }
  };
  const maySleep = () => {
    lock?.release().catch(() => {});
    lock = null;
  };
  document.addEventListener("visibilitychange", () => ticking && document.visibilityState === "visible" && stayAwake());

  // What comes after what ----------------------------------------------------------------------------------------------
  const stepsOf = ({ sets, repetitions, sides, hold, rest }) => {
    const found = [{ kind: "ready", seconds: READY, set: 1, repetition: 1, side: 1 }];
    for (let set = 1; set <= sets; set++) {
      for (let side = 1; side <= sides; side++) {
        for (let repetition = 1; repetition <= repetitions; repetition++) {
          const place = { set, repetition, side };
          const isFirst = found.length === 1;
          const pause = repetition > 1 ? Math.min(rest, BETWEEN_REPETITIONS) : rest;
          if (!isFirst && pause) found.push({ kind: "rest", seconds: pause, ...place });
          found.push({ kind: "hold", seconds: hold, ...place });
        }
      }
    }
    return found;
  };
  const placeOf = ({ set, repetition, side }) => {
    const words = [plan.repetitions > 1 ? say("setOf", set, plan.sets) : say("timeOf", set, plan.sets)];
    if (plan.repetitions > 1) words.push(say("repetitionOf", repetition, plan.repetitions));
    if (plan.sides > 1) words.push(say(side === 1 ? "firstSide" : "secondSide"));
    return words;
  };

  // What is shown and said ---------------------------------------------------------------------------------------------
  const tell = (...words) => (said.textContent = words.join(". "));
  const show = (milliseconds) => {
    const step = steps[at];
    const seconds = Math.ceil(milliseconds / 1000);
    if (seconds === shown) return;
    shown = seconds;
    number.textContent = seconds;
    arc.style.strokeDashoffset = 100 - (100 * milliseconds) / (step.seconds * 1000);
    if (ticking && seconds <= 3 && seconds > 0 && step.seconds > 5) tone(660, 0.08);
  };
  const enter = (index) => {
    at = index;
    shown = -1;
    const step = steps[at];
    dialog.dataset.kind = step.kind;
    what.textContent = say(step.kind);
    where.textContent = placeOf(step).join(" · ");
    signals[step.kind]();
    tell(...(step.kind === "rest" ? [say("rest"), say("seconds", step.seconds), ...placeOf(step)] : [...placeOf(step), say(step.kind)]));
  };
  const button = (name) => (go.textContent = say(name));

  const tick = () => {
    const now = performance.now();
    while (now >= endsAt) {
      if (at + 1 >= steps.length) return finish();
      enter(at + 1);
      endsAt += steps[at].seconds * 1000;
    }
    show(endsAt - now);
  };
  const stop = () => {
    clearInterval(ticking);
    ticking = 0;
    maySleep();
  };
  const run = () => {
    endsAt = performance.now() + left;
    ticking = setInterval(tick, 100);
    stayAwake();
    settings.hidden = true;
    button("pause");
    tick();
  };
  const pause = () => {
    left = Math.max(endsAt - performance.now(), 0);
    stop();
    button("goOn");
    what.textContent = say("paused");
    tell(say("paused"));
  };
  const finish = () => {
    stop();
    dialog.dataset.kind = "done";
    number.textContent = "✓";
    what.textContent = say("done");
    arc.style.strokeDashoffset = 0;
    where.textContent = plan.name;
    button("again");
    log.hidden = false;
    signals.done();
    tell(say("done"));
  };

  // At the beginning ---------------------------------------------------------------------------------------------------
  const fillIn = () => {
    for (const setting of settings.querySelectorAll("[data-setting]")) {
      const name = setting.dataset.setting;
      const value = setting.querySelector("[data-value]");
      if (value.textContent !== say("seconds", plan[name])) value.textContent = say("seconds", plan[name]); // said aloud
      const [low, high] = name === "hold" ? [plan.least, plan.most] : [0, MOST_REST];
      setting.querySelector('[data-change="-5"]').disabled = plan[name] <= low;
      setting.querySelector('[data-change="5"]').disabled = plan[name] >= high;
      setting.hidden = low === high;
    }
    steps = stepsOf(plan);
    at = 0;
    shown = -1;
    left = steps[0].seconds * 1000;
    number.textContent = plan.hold;
    arc.style.strokeDashoffset = 0;
    what.textContent = say("hold");
    where.textContent = placeOf(steps[0]).join(" · ");
  };
  const prepare = () => {
    stop();
    dialog.dataset.kind = "start";
    settings.hidden = false;
    log.hidden = true;
    said.textContent = "";
    button("start");
    fillIn();
  };
  const isAtStart = () => dialog.dataset.kind === "start";

  settings.addEventListener("click", (event) => {
    const change = Number(event.target.closest("[data-change]")?.dataset.change);
    const name = event.target.closest("[data-setting]")?.dataset.setting;
    if (!change || !name) return;
    const [low, high] = name === "hold" ? [plan.least, plan.most] : [0, MOST_REST];
    plan[name] = Math.min(Math.max(plan[name] + change, low), high);
    fillIn();
  });
  go.addEventListener("click", () => {
    audio ??= window.AudioContext ? new AudioContext() : null; // browsers want a tap before they make a sound
    audio?.resume();
    if (dialog.dataset.kind === "done") prepare();
    if (ticking) return pause();
    if (isAtStart()) enter(0);
    else what.textContent = say(steps[at].kind);
    run();
  });
  skip.addEventListener("click", () => {
    if (isAtStart() || dialog.dataset.kind === "done") return;
    if (at + 1 >= steps.length) return finish();
    enter(at + 1);
    left = steps[at].seconds * 1000;
    endsAt = performance.now() + left;
    show(left);
  });
  restart.addEventListener("click", prepare);
  dialog.addEventListener("close", prepare);

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-timer]");
    if (!opener) return;
    const exercise = opener.closest("details");
    const [sets, repetitions, least, most, sides] = opener.dataset.timer.split(" ").map(Number);
    const name = exercise.querySelector("summary strong").textContent;
    plan = { name, sets, repetitions, least, most, sides, hold: least, rest: least <= SHORT_HOLD ? 10 : 30 };
    dialog.querySelector("h2").textContent = name;
    part("dosage").textContent = exercise.querySelector(".exercise-words > span:not(.optional)").textContent;
    prepare();
    dialog.showModal();
  });
  for (const opener of document.querySelectorAll("[data-timer]")) opener.hidden = false;

  // Counting is being here: the session does not run out while an exercise is done.
  setInterval(() => ticking && document.dispatchEvent(new Event("pointerdown")), 30000);
})();
