// What a page shows to those who enlarge it, aim at it or hear it. Each function returns sentences: what is wrong.
window.looks = (() => {
  "use strict";
  const say = (node) => `${node.tagName.toLowerCase()}${node.id ? `#${node.id}` : ""}${[...node.classList].map((name) => `.${name}`).join("")} "${(node.textContent || node.name || "").replace(/\s+/g, " ").trim().slice(0, 30)}"`;
  const isShown = (node) => node.checkVisibility({ visibilityProperty: true });

  // 1.4.10: nothing scrolls sideways but a table or grid in a box of its own, which is a named stop of the keyboard.
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  const reflow = async () => {
    await drawn();
    const root = document.documentElement;
    const wrong = [];
    const over = root.scrollWidth - root.clientWidth;
    const scrolls = (node) => getComputedStyle(node).overflowX !== "visible";
    if (over > 0) {
      const loose = [...document.querySelectorAll("body *")].filter((node) => {
        const box = node.getBoundingClientRect();
        if (!box.width || box.right <= root.clientWidth + 1) return false;
        for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) if (scrolls(up)) return false;
        return true;
      });
      wrong.push(`scrolls ${over} px sideways: ${loose.slice(0, 3).map(say).join(", ")}`);
    }
    for (const box of document.querySelectorAll("body *")) {
      if (box.scrollWidth <= box.clientWidth + 1 || !box.clientWidth || !/auto|scroll/.test(getComputedStyle(box).overflowX)) continue;
      const isNamed = box.getAttribute("aria-label") || box.getAttribute("aria-labelledby") || box.matches("textarea, dialog");
      const isReached = box.tabIndex >= 0 || box.querySelector("a[href], button, input, select");
      if (!isReached) wrong.push(`cannot be scrolled by keyboard: ${say(box)}`);
      else if (!isNamed) wrong.push(`scrolls without a name: ${say(box)}`);
    }
    return wrong;
  };

  // 2.5.8: 24 by 24 px, or so far from the next that a circle of 24 px around its middle touches no other target.
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  const boxOf = (node) => {
    const all = [node, ...(node.labels ?? [])].map((each) => each.getBoundingClientRect());
    return all.reduce((best, each) => (each.width * each.height > best.width * best.height ? each : best));
  };
  const isSmall = (box) => box.width < 23.5 || box.height < 23.5;
  const isInText = (node) =>
    node.tagName === "A" && getComputedStyle(node).display === "inline" &&
    [...node.parentElement.childNodes].some((each) => each !== node && each.nodeType === 3 && each.textContent.trim());
  const targets = (least = 24) => {
    const shown = [...document.querySelectorAll(CONTROLS)].filter((node) => isShown(node) && !node.matches(":disabled, .skip-link, .visually-hidden") && boxOf(node).width > 0);
    const boxes = new Map(shown.map((node) => [node, boxOf(node)]));
    if (least > 24) {
      return shown.filter((node) => node.closest("main form") && !isInText(node) && (boxes.get(node).height < least - 0.5 || boxes.get(node).width < least - 0.5))
        .map((node) => `${say(node)} is ${Math.round(boxes.get(node).width)} x ${Math.round(boxes.get(node).height)} px`);
    }
    const touches = (box, other) => {
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      if (isSmall(other)) return Math.hypot(x - other.x - other.width / 2, y - other.y - other.height / 2) < 23.5;
      return Math.hypot(Math.max(other.left - x, 0, x - other.right), Math.max(other.top - y, 0, y - other.bottom)) < 11.5;
    };
    return shown
      .filter((node) => isSmall(boxes.get(node)) && !isInText(node))
      .filter((node) => shown.some((other) => other !== node && !other.contains(node) && !node.contains(other) && touches(boxes.get(node), boxes.get(other))))
      .map((node) => `${say(node)} is ${Math.round(boxes.get(node).width)} x ${Math.round(boxes.get(node).height)} px`);
  };

  // 1.3.1, 2.4.1, 2.4.2, 3.1.1: one first heading, none skipped; everything in a landmark; lists of links have names.
  const structure = (lang) => {
    const wrong = [];
    const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((node) => isShown(node) && !node.closest("dialog"));
    const firsts = levels.filter((node) => node.tagName === "H1").length;
    if (firsts !== 1) wrong.push(`${firsts} first headings`);
    levels.forEach((node, at) => {
      const before = at ? Number(levels[at - 1].tagName[1]) : 0;
      if (Number(node.tagName[1]) > before + 1) wrong.push(`skips a level before ${say(node)}`);
    });
    if (document.querySelectorAll("main").length !== 1) wrong.push("has not one main");
    for (const node of document.querySelectorAll("body > *")) {
      if (!node.matches("header, main, nav, footer, aside, script, dialog, .skip-link, [role=status], #session-guard") && isShown(node) && node.textContent.trim()) wrong.push(`stands in no landmark: ${say(node)}`);
    }
    const names = [...document.querySelectorAll("nav")].filter(isShown).map((node) => node.getAttribute("aria-label") ?? document.getElementById(node.getAttribute("aria-labelledby"))?.textContent ?? "");
    if (names.includes("") || new Set(names).size < names.length) wrong.push(`navigation without a name of its own: ${names}`);
    if (document.documentElement.lang !== lang) wrong.push(`lang is ${document.documentElement.lang}`);
    return wrong;
  };
  // 2.3.3, 1.4.1: nothing moves for who asks for less motion; what a light or a tick says, words say as well.
  const still = () => {
    const moves = (style) => (style.animationName !== "none" || style.transitionDuration.split(", ").some((each) => parseFloat(each) > 0));
    const moving = [...document.querySelectorAll("body *")].filter((node) => ["", "::before", "::after"].some((part) => moves(getComputedStyle(node, part || null))));
    const mute = [...document.querySelectorAll(".light, .tick, .tag")].filter((node) => !node.textContent.trim());
    return [...moving.slice(0, 3).map((node) => `moves: ${say(node)}`), ...mute.map((node) => `says it by colour alone: ${say(node)}`)];
  };

  // Forced colours take backgrounds and shadows away: what can be pressed or filled in still has an edge.
  const edges = () =>
    [...document.querySelectorAll(".btn, .form-control, .form-select, .choice, .nprs-score, .card")]
      .filter((node) => isShown(node) && boxOf(node).width > 0)
      .filter((node) => {
        const style = getComputedStyle(node);
        return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1;
      })
      .map((node) => `has no edge in forced colours: ${say(node)}`);
  return { reflow, targets, structure, still, edges };
})();
