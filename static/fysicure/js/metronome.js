/* A click on every step. The sound is two steps in a loop, so that no timer of the page can make it stumble, and it goes
   on in the pocket with the screen off unless the runner wants otherwise. Left and right differ a little in pitch. */
(() => {
  "use strict";
  const dialog = document.getElementById("metronome");
  if (!dialog || !window.AudioContext) return;
  const part = (name) => dialog.querySelector(`[data-${name}]`);
  const [rate, where, go, leave] = ["rate", "where", "go", "leave"].map(part);
  const feet = dialog.querySelectorAll("[data-foot]");
  const low = Number(dialog.dataset.low);
  const high = Number(dialog.dataset.high);
  const LONGEST = 3 * 60 * 60; // seconds of a schedule that are laid out beforehand

  let steps = low; // a minute
  let audio = null;
  let gate = null; // what opens and shuts the sound by the schedule
  let source = null;
  let firstStep = 0; // of the loop that sounds, on the clock of the audio
  let begun = 0;
  let drawing = 0;
  let lock = null;

  const turn = () => dialog.querySelector("[name=turn]:checked")?.dataset ?? { on: "0", off: "0" };
  const isPlaying = () => source !== null;

  const loopOf = (perMinute) => {
    const rateOf = audio.sampleRate;
    const oneStep = (60 / perMinute) * rateOf;
    const buffer = audio.createBuffer(1, Math.round(2 * oneStep), rateOf);
    const wave = buffer.getChannelData(0);
    [1320, 1100].forEach((pitch, foot) => {
      const start = Math.round(foot * oneStep);
      for (let index = 0; index < 0.05 * rateOf; index++) {
        wave[start + index] = Math.sin((2 * Math.PI * pitch * index) / rateOf) * Math.exp(-index / (0.009 * rateOf));
      }
    });
    return buffer;
  };
  const sound = (when) => {
    const next = audio.createBufferSource();
    next.buffer = loopOf(steps);
    next.loop = true;
    next.connect(gate);
    next.start(when);
    source?.stop(when);
    source = next;
    firstStep = when;
  };
  // The schedule: so many seconds with sound, so many without, and again; without the second: once.
  const layOut = () => {
    const [on, off] = [Number(turn().on), Number(turn().off)];
    gate.gain.setValueAtTime(1, begun);
    if (!on) return;
    for (let at = on; at < LONGEST; at += on + off) {
      gate.gain.setValueAtTime(0, begun + at);
      if (!off) break;
      gate.gain.setValueAtTime(1, begun + at + off);
    }
  };
  const isSilent = () => {
    const [on, off] = [Number(turn().on), Number(turn().off)];
    const passed = audio.currentTime - begun;
    return on > 0 && (off ? passed % (on + off) >= on : passed >= on);
  };

  const stayAwake = async () => {
    try {
      lock = (await navigator.wakeLock?.request("screen")) ?? null;
      if (!isPlaying()) maySleep();
    } catch {
      lock = null;
    }
  };
  const maySleep = () => {
    lock?.release().catch(() => {});
    lock = null;
  };

  const draw = () => {
    if (!isPlaying()) return;
    const silent = isSilent();
    const passed = Math.floor(((audio.currentTime - firstStep) * steps) / 60);
    feet.forEach((foot, index) => foot.classList.toggle("is-down", !silent && passed >= 0 && passed % 2 === index));
    const text = silent ? (Number(turn().off) ? dialog.dataset.silent : dialog.dataset.over) : "";
    if (where.textContent !== text) where.textContent = text;
    drawing = requestAnimationFrame(draw);
  };
  const start = () => {
    audio ??= new AudioContext();
    audio.resume();
    gate = audio.createGain();
    gate.connect(audio.destination);
    begun = audio.currentTime + 0.1;
    layOut();
    sound(begun);
    go.textContent = dialog.dataset.stop;
    dialog.dataset.playing = "yes";
    stayAwake();
    draw();
  };
  const stop = () => {
    source?.stop();
    gate?.disconnect();
    source = gate = null;
    cancelAnimationFrame(drawing);
    feet.forEach((foot) => foot.classList.remove("is-down"));
    where.textContent = "";
    go.textContent = dialog.dataset.start;
    delete dialog.dataset.playing;
    maySleep();
  };
  const change = (by) => {
    steps = Math.min(Math.max(steps + by, low), high);
    rate.textContent = steps;
    for (const button of dialog.querySelectorAll("[data-change]")) {
      const wanted = steps + Number(button.dataset.change);
      button.setAttribute("aria-disabled", String(wanted < low || wanted > high));
    }
    if (!isPlaying() || !by) return;
    // The new rhythm takes over on the next step of the old one.
    const oneStep = 60 / (steps - by);
    sound(firstStep + Math.max(Math.ceil((audio.currentTime + 0.02 - firstStep) / oneStep), 0) * oneStep);
  };

  dialog.addEventListener("click", (event) => {
    const by = Number(event.target.closest("[data-change]")?.dataset.change);
    if (by && steps + by >= low && steps + by <= high) change(by);
  });
  dialog.addEventListener("change", (event) => {
    if (event.target.name !== "turn" || !isPlaying()) return;
    stop();
    start();
  });
  go.addEventListener("click", () => (isPlaying() ? stop() : start()));
  dialog.addEventListener("close", stop);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && leave.checked) stop();
    if (document.visibilityState === "visible" && isPlaying()) stayAwake();
  });
  change(0);
  for (const opener of document.querySelectorAll("[data-metronome]")) opener.hidden = false;

  // Running by it is being here: the session does not run out halfway.
  setInterval(() => isPlaying() && document.dispatchEvent(new Event("pointerdown")), 30000);
})();
