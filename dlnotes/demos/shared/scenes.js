// What the drawings of demos have in common: views in layers, presets, controls that follow.
const CLIPPED = ["ground", "paths", "moving"];
const equal = (a, b) => (Array.isArray(a) ? a.every((one, i) => one === b[i]) : a === b);

/** Whether two settings agree, apart from some controls. */
export const same = (one, other, apart = []) =>
  Object.keys(other).every((name) => apart.includes(name) || equal(other[name], one[name]));

const read = (setting) => (typeof setting === "function" ? setting() : setting);

export function scenes(demo, { bound }) {
  const { controls: now } = demo;
  const staged = [];

  demo.view = (parts) => {
    const view = {};
    if (parts.some((part) => CLIPPED.includes(part))) view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    for (const part of parts) view[part] = demo.layer(CLIPPED.includes(part) ? { "clip-path": view.clip } : {});
    return view;
  };

  demo.presets = (settings, press) => {
    for (const [name, setting] of Object.entries(settings)) {
      const whole = () => ({ ...demo.start, ...read(setting) });
      const button = demo.preset({ name, press: () => { demo.pause?.(); press(structuredClone(whole())); } });
      staged.push(() => button.press(same(now, whole(), [demo.time])));
    }
  };

  demo.reflect = () => {
    for (const [name, control] of Object.entries(bound)) if (control.value !== now[name]) control.set(now[name]);
    for (const show of staged) show();
  };

  demo.readouts = (names, loud = []) => {
    const tell = Object.fromEntries(names.map((name) => [name, demo.readout(name, { quiet: !loud.includes(name) })]));
    return (values, shown = {}) => {
      for (const [name, value] of Object.entries(values)) tell[name](value, shown[name]);
    };
  };
}
