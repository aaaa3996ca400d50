/* Two offers of the home page: a notice in the morning, and the portal on the home screen. Each is made once. */
(() => {
  "use strict";
  const YEAR = 365 * 24 * 3600;
  const said = (name) => document.cookie.split("; ").includes(`${name}=no`);
  // A cookie, for signing out empties the storage, and an offer that was turned down is not made again.
  const sayNo = (name) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=no; Max-Age=${YEAR}; Path=/portal/; SameSite=Lax${secure}`;
  };

  const install = document.getElementById("install");
  const isApp = matchMedia("(display-mode: standalone)").matches || navigator.standalone;
  const isPhone = matchMedia("(pointer: coarse) and (max-width: 48rem)").matches;
  if (install && !isApp && isPhone) {
    const button = install.querySelector("[data-install]");
    const isIos = /iPhone|iPad|iPod/.test(navigator.userAgent);
    let ask = null;
    const show = () => {
      if (said("install-offer") && !sessionStorage.getItem("install-offer")) return;
      sessionStorage.setItem("install-offer", "shown");
      sayNo("install-offer"); // on this visit only
      install.hidden = false;
    };
    const done = () => {
      sessionStorage.removeItem("install-offer");
      install.hidden = true;
    };
    addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      ask = event;
      button.hidden = false;
      show();
    });
    addEventListener("appinstalled", done);
    button.addEventListener("click", () => ask?.prompt());
    install.querySelector("[data-not-now]").addEventListener("click", done);
    if (isIos) {
      install.querySelector("[data-for-ios]").hidden = false;
      show();
    }
  }

  const card = document.getElementById("reminder");
  if (!card || !("serviceWorker" in navigator) || !("PushManager" in self) || !("Notification" in self)) return;
  const isHome = "home" in card.dataset;
  const told = card.querySelector("[data-told]");
  const remind = card.querySelector("[data-remind]");
  const stop = card.querySelector("[data-no-more]");

  const draw = (isOn) => {
    remind.hidden = isOn;
    stop.hidden = !isOn;
    card.querySelector("[data-not-now]")?.toggleAttribute("hidden", isOn);
  };

  const post = async (url, values) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(values), headers, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
  };

  /* The worker of this page; an error when none comes, for `ready` alone would wait for ever. */
  const PATIENCE = 10_000; // milliseconds
  const worker = () => {
    const late = new Promise((_done, fail) => setTimeout(fail, PATIENCE, new Error("no service worker")));
    return Promise.race([navigator.serviceWorker.ready, late]);
  };

  const tell = (key) => (told.textContent = told.dataset[key]);

  remind.addEventListener("click", async () => {
    try {
      if ((await Notification.requestPermission()) !== "granted") return tell("blocked");
      const { pushManager } = await worker();
      const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: card.dataset.key });
      const { endpoint, keys } = made.toJSON();
      await post(card.dataset.on, { endpoint, ...keys });
      draw(true);
      tell("yes");
    } catch {
      tell("failed");
    }
  });

  stop.addEventListener("click", async () => {
    try {
      const { pushManager } = await worker();
      const made = await pushManager.getSubscription();
      await post(card.dataset.off, { endpoint: made?.endpoint ?? "" });
      await made?.unsubscribe();
      draw(false);
      tell("no");
    } catch {
      tell("failed");
    }
  });

  card.querySelector("[data-not-now]")?.addEventListener("click", () => {
    sayNo("reminder-offer");
    card.hidden = true;
  });

  const start = async () => {
    const registration = await navigator.serviceWorker.getRegistration("/portal/");
    const made = await registration?.pushManager.getSubscription();
    draw(Boolean(made));
    card.hidden = isHome && (Boolean(made) || said("reminder-offer") || Notification.permission === "denied");
    if (!isHome && Notification.permission === "denied") tell("blocked");
  };
  start().catch(() => {});
})();
