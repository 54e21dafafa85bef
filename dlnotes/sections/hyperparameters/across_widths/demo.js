// A parabola, and the point where one step lands.
import { across, axes, dot, line, linear, mount, phrase, upward } from "../../../demos/demo.js";

function build(demo) {
  const { program, text, controls: now } = demo;
  const layer = demo.layer();
  const tell = demo.readout("left");
  const box = { left: 40, top: 24, height: 200 };
  const set = (changed) => {
    Object.assign(now, changed);
    demo.reflect();
    const [x, y] = [linear([-1.2, 1.2], across(box)), linear([0, 0.8], upward(box))];
    const place = (at) => [x(at), y(program.height(at))];
    const curve = Array.from({ length: 97 }, (_, i) => place((i - 48) / 40));
    const landed = program.landing(now.lr);
    layer.replaceChildren(axes(box, x, y), line(curve, "plain"), dot(place(landed), 6, "plain"));
    tell(program.height(landed));
    demo.say(phrase(text.said, { left: program.height(landed) }));
  };
  demo.slider({ name: "lr", change: (lr) => set({ lr }) });
  return {
    draw(width) {
      box.width = width - 60;
      demo.size(width, 270);
      set({});
    },
    set,
  };
}

export default { render: ({ model, el }) => mount(model, el, build) };
