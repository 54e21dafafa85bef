// Dots that run along edges: one for every number or message that is on its way.
import { dot } from "../../../demos/demo.js";

const WAY = { duration: 450, easing: "ease-in-out" };

export function pulses(layer) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  return (ways) => {
    layer.replaceChildren();
    if (still.matches) return;
    for (const [from, to] of ways) {
      const running = dot([0, 0], 5, "momentum");
      const at = ([x, y]) => ({ transform: `translate(${x}px, ${y}px)` });
      layer.append(running);
      running.animate([at(from), at(to)], WAY).finished.then(() => running.remove(), () => {});
    }
  };
}
