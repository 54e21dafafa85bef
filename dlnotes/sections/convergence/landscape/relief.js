// The terrain as a surface that turns: squares painted from the farthest to the nearest.
import { between, dot, label, line, node, path, phrase } from "../../../demos/demo.js";

const CELLS = 20; // along each side
const TONES = 10;
const FLATTER = 0.8; // heights are drawn this much smaller
const [LOWEST, HIGHEST] = [8, 82]; // from how far above one may look, degrees

const radians = (degrees) => (degrees * Math.PI) / 180;

/** From a place on the terrain to a pixel, and how near it is. */
function projection({ now, side, heights, views: { relief: { box } } }) {
  const [cos, sin] = [Math.cos(radians(now.turn)), Math.sin(radians(now.turn))];
  const [rise, flat] = [Math.cos(radians(now.tilt)), Math.sin(radians(now.tilt))];
  const tall = 1.42 * side * flat + FLATTER * ((heights[1] - heights[0]) / 2) * rise; // half of it, from whichever side
  const unit = Math.min(box.width / (2.9 * side), box.height / (2 * tall));
  const middle = (heights[0] + heights[1]) / 2;
  const [cx, cy] = [box.left + box.width / 2, box.top + box.height / 2];
  return (x, y, z) => {
    const near = -x * sin - y * cos;
    return [cx + unit * (x * cos - y * sin), cy + unit * (near * flat - FLATTER * (z - middle) * rise), near];
  };
}

/** The squares of the terrain; their places and heights stay, whichever way it is turned. */
function squares({ side, height, heights: [low, high] }) {
  const at = (i) => -side + (2 * side * i) / CELLS;
  const corner = (i, j) => [at(i), at(j), height(at(i), at(j))];
  const shade = (z) => Math.min(TONES - 1, Math.floor((TONES * (z - low)) / (high - low)));
  return Array.from({ length: CELLS * CELLS }, (_, k) => {
    const [i, j] = [k % CELLS, Math.floor(k / CELLS)];
    const corners = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
    const middle = [(at(i) + at(i + 1)) / 2, (at(j) + at(j + 1)) / 2, 0];
    return { corners, middle, name: `demo-band shade-${Math.max(0, shade(height(middle[0], middle[1])))}` };
  });
}

export function drawRelief(scene, other) {
  const { text, now, views: { relief } } = scene;
  if (other) relief.squares = squares(scene);
  relief.drawn ??= relief.squares.map(() => relief.ground.appendChild(node("path")));
  const project = (relief.project = projection(scene));
  const sorted = relief.squares.map((square) => [project(...square.middle)[2], square]).sort((a, b) => a[0] - b[0]);
  sorted.forEach(([, { corners, name }], k) => {
    const shape = relief.drawn[k];
    shape.setAttribute("d", `${path(corners.map((each) => project(...each)))}Z`);
    shape.setAttribute("class", name);
  });
  const [kx, ky] = knob(relief, now);
  const late = kx > relief.band.left + relief.band.width - 60;
  relief.view.place(kx, ky, phrase(text.looking, { turn: now.turn, tilt: now.tilt }));
  relief.names.replaceChildren(label(kx + (late ? -25 : 25), ky + 4, text.view, { "text-anchor": late ? "end" : "start" }));
}

/** The ball and where it has been, on the surface. */
export function drawBall(scene) {
  const { demo, now, run, height, side, views: { relief } } = scene;
  const seen = ([x, y]) => Math.abs(x) <= side && Math.abs(y) <= side;
  const placed = run.path.map((place) => (seen(place) ? relief.project(...place, height(...place)) : [Infinity, 0]));
  const taken = placed.slice(0, now.now + 1);
  const here = taken.at(-1);
  relief.moving.replaceChildren(
    ...(demo.untold() ? [] : [line(placed, "plain faint")]),
    line(taken, "plain"),
    ...(Number.isFinite(here[0]) ? [dot([here[0], here[1] - 6], 8, "plain")] : []),
  );
}

// ---- turning ---------------------------------------------------------------------------------
const tenth = (degrees) => Math.round(degrees * 10) / 10;
const turned = (degrees) => tenth(((((degrees + 180) % 360) + 360) % 360) - 180);

const knob = ({ band }, { turn, tilt }) => [
  band.left + (band.width * (turn + 180)) / 360,
  band.top + (band.height * (HIGHEST - tilt)) / (HIGHEST - LOWEST),
];

/** By the handle below it, also with keys; by mouse, anywhere on the terrain. */
export function turnable(scene, set) {
  const { demo, now, views: { relief } } = scene;
  const look = (turn, tilt) => set({ turn: tenth(turn), tilt: tenth(between(tilt, LOWEST, HIGHEST)) });
  relief.view = demo.handle({
    name: "view",
    parent: relief.front,
    shape: "diamond",
    move: (px, py, key) => {
      if (key) return look(between(now.turn + between(5 * key[0], -360, 360), -180, 180), now.tilt - between(3 * key[1], -90, 90));
      const { band } = relief;
      look(between((360 * (px - band.left)) / band.width - 180, -180, 180), HIGHEST - ((HIGHEST - LOWEST) * (py - band.top)) / band.height);
    },
  });
  dragged(demo, relief, ([dx, dy]) => look(turned(now.turn + dx / 2), now.tilt + dy / 3));
}

function dragged({ picture, local }, { ground }, moved) {
  let held = null;
  ground.style.cursor = "grab";
  ground.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button) return;
    held = local(event);
    ground.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  ground.addEventListener("pointermove", (event) => {
    if (!held) return;
    const at = local(event);
    moved([at[0] - held[0], at[1] - held[1]]);
    held = at;
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => { held = null; });
}
