const { label, mount } = globalThis.dlnotesDemo;
function build(demo) {
  window.demo = demo;
  const now = demo.controls;
  const view = demo.view(["paths", "front"]);
  const tell = demo.readout("now");
  const show = () => { tell(now.now); demo.say(demo.untold() ? "a sentence" : "all told"); };
  const clock = demo.clock({ rate: 50, last: () => 30, show });
  const change = (name) => (value) => set({ [name]: value });
  const [rate] = ["lr", "few"].map((name) => demo.slider({ name, change: change(name) }));
  rate.mark(0.5, "limit");
  demo.choice({ name: "kind", change: change("kind") });
  demo.question({ answer: () => "late", reached: () => now.now === 30, because: () => ({ last: 30 }) });
  const dot = demo.handle({ name: "dot", step: 5, panel: view, move: (x, y) => set({ x, y }) });
  demo.probe(view, (x) => `at ${Math.round(x)}`);
  function set(changed) {
    Object.assign(now, changed);
    demo.reflect();
    view.paths.replaceChildren(...(demo.untold() ? [] : [label(10, 20, "future")]));
    dot.place(now.x, now.y, `${now.x}, ${now.y}`);
    show();
  }
  const draw = (width) => {
    view.box = { left: 0, top: 0, width, height: 200 };
    demo.clip(view.box, view.clip);
    demo.size(width, 400, [{ name: "box", top: 0, height: 200 }, { name: "rest", top: 200, height: 200 }]);
    set({});
  };
  return { draw, set };
}
export default { render: ({ model, el }) => mount(model, el, build) };
