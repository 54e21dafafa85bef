// The riddles: each is asked, guessed and played as the first one is.
import { phrase } from "../../../demos/demo.js";
import { hiddenFault, inside } from "./run.js";

export function questioned(scene, set) {
  const { demo, program, text, now } = scene;
  const asked = () => now.riddle || scene.riddle; // the last one, where none is shown
  scene.riddle = demo.start.riddle || 1;
  demo.button({
    name: "riddle",
    press: () => {
      scene.clock.pause();
      scene.riddle = asked() + 1;
      set({ ...demo.start, riddle: scene.riddle });
      demo.ask();
    },
  });
  demo.question({
    at: () => ({ ...demo.start, riddle: asked() }),
    ask: () => (asked() === 1 ? text.ask : phrase(text.again, { riddle: asked() })),
    answer: () => hiddenFault(scene),
    reached: () => now.now >= program.STEPS,
    because: () => ({ why: phrase(text.why[hiddenFault(scene)], numbers(scene)) }),
    play: () => { scene.clock.go(0); demo.play(); },
  });
}

function numbers({ path, ...scene }) {
  const { alive } = inside({ ...scene, path, now: { now: 1 } });
  return { alive, first: path[0].loss.toFixed(4), loss: path.at(-1).loss.toFixed(4) };
}
