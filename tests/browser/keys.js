// Where the keyboard is: what has the focus, whether one sees that it does, and whether something lies upon it.
window.stop = () => {
  "use strict";
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const around = [node, node.closest("label"), node.nextElementSibling, node.parentElement].filter(Boolean);
  const isMarked = around.some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const boxes = [node, node.closest("label")].filter(Boolean).map((each) => each.getBoundingClientRect());
  const box = boxes.reduce((best, each) => (each.width * each.height > best.width * best.height ? each : best));
  const parts = [0.5, 0.1, 0.9];
  const points = parts.flatMap((down) => parts.map((along) => [box.x + box.width * along, box.y + box.height * down]));
  const isSeen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (node.contains(top) || top.contains(node) || node.closest("label")?.contains(top) || top.closest("label")?.contains(node));
  });
  const name = node.getAttribute("name") ?? node.id;
  return { what: `${node.tagName.toLowerCase()} ${name} "${(node.textContent || node.value || "").replace(/\s+/g, " ").trim().slice(0, 30)}"`, isMarked, isSeen };
};
