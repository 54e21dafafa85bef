const { mount } = globalThis.dlnotesDemo;
function build(demo) {
  window.demo = demo;
  const now = demo.controls;
  const show = demo.readout("now");
  const set = (step) => { now.now = step; show(step); };
  for (const name of ["lr", "few"]) demo.slider({ name, change: (value) => { now[name] = value; } });
  demo.choice({ name: "kind", change: (value) => { now.kind = value; } });
  const tick = (steps) => { set(Math.min(now.now + steps, 30)); return now.now < 30; };
  demo.player({ rate: 50, tick, reset: () => set(0) });
  const move = (x, y) => { Object.assign(now, { x, y }); dot.place(x, y, `${x}, ${y}`); };
  const dot = demo.handle({ name: "dot", step: 5, move });
  dot.place(now.x, now.y);
  set(now.now);
  demo.say("a sentence");
  return { draw: (width) => demo.size(width, 200) };
}
export default { render: ({ model, el }) => mount(model, el, build) };
