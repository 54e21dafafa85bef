/* What the drawing of a demo gets, in globalThis.dlnotesDemo. No mathematics of any method.
 *
 * A demo's drawing is an ES module beside its Python file, or several that take from each other:
 *
 *   import { axes, linear, log, mount, node } from "../../../demos/demo.js";
 *   function build(demo) {
 *     const lr = demo.slider({ name: "lr", change: update });
 *     const steps = demo.readout("steps");
 *     const layer = demo.layer();
 *     ...
 *     const set = (changed) => { Object.assign(demo.controls, changed); demo.reflect(); ... };
 *     return { draw(width, height) { demo.size(width, 300); set({}); }, set };
 *   }
 *   export default { render: ({ model, el }) => mount(model, el, build) };
 *
 * The frame
 * mount(model, el, build)      root element, program, words; calls build(demo), then draw(width, height)
 *                              at once and on every resize: `height` is the most that the picture
 *                              may take beside a rail; resolves to the cleanup function. `set(changed)`
 *                              takes any part of a setting and draws: undo, "start over", the address
 *                              and presets go through it; set({}) draws everything anew
 * demo.text                    the words of the reader's language (trait `text`)
 * demo.program                 the functions emitted from PyTorch (trait `program`)
 * demo.controls                the starting values (trait `controls`); change them in place: after every
 *                              gesture they go back to Python, and tests read them at root.controls
 * demo.size(width, height, [{name, top, height}, ...])   size of the picture; one unit is one pixel, so
 *                              12 is always 12 px; where demo.narrow, only the rows of one of the parts
 *                              are seen at a time, with a tab each, named text[name]; {name} in
 *                              text.try or text.because is that name, and opens it there
 * demo.open(name)              shows that part, where one is seen at a time: for a preset seen in it
 * demo.question({answer, reached, because, play})   the page opens with text.ask and the guesses that
 *                              Python declares; answer() names the right one, reached() says whether it
 *                              has been seen, because() gives numbers for text.because: all three are
 *                              asked at the question's own setting only. Until it is answered
 *                              demo.untold(), at any setting: draw up to now, say what is now, tell no
 *                              end. A guess goes back to the question's setting and begins the run, or
 *                              play(). A demo with several questions gives at() and ask() too, the
 *                              setting and the words of the one that stands; demo.ask() asks anew;
 *                              demo.guessed() is the guess, undefined where there is none
 * demo.probe(view, read)       what read(x, y) says of a place in view.box stands beside the mouse
 * demo.layer(attributes)       a <g> in the picture; redraw it with layer.replaceChildren(...)
 * demo.view(parts) -> {clip, ...parts}   a layer for each part; ground, paths and moving are clipped
 * demo.clip(box)               url(#…) of a clip path for the box {left, top, width, height};
 *                              demo.clip(box, url) moves one made before
 * demo.hatch()                 url(#…) of a hatch pattern
 * demo.arrow(family)           url(#…) of an arrow head for marker-end
 * demo.say(sentence)           the status line; screen readers hear it once it rests
 *
 * Controls; they begin at demo.controls[name], and go as far as `sliders` and `choices` in Python say
 * demo.slider({name, change})                   words: text[name], text.units?.[name];
 *      .mark(value, words) shows a limit on the track, and moves it when called again;
 *      .offer(false) takes it away where it would change nothing
 * demo.choice({name, change})                   radio buttons, words: text[name], text[option];
 *      .offer(false) takes it away and keeps its room
 * demo.toggle({name, change, group})            check box; text[group] names those that stand together
 * demo.button({name, press})                    button
 * demo.preset({name, press})                    button in the row of presets; .press(on) marks it as set
 *      each has .value and .set(value) where it has a value; set never calls change
 * demo.presets({name: setting}, press)   a preset each; press gets a whole setting: the start, changed by
 *      an object or by what a function returns; it is marked while all controls but time agree with it
 * demo.reflect()               every control shows demo.controls, and every preset whether it is set
 * demo.handle({name, parent, panel, move, step, shape, way}) -> {place(x, y, spoken)}   drag by mouse,
 *      touch or keys; move(x, y, key) gets pixels, which may lie anywhere: clamp them; a key moves by
 *      `step` pixels, key is then how many to the right and down, Infinity for the ends. A press in
 *      panel.box calls the handle. `shape`: a "ring" for a start, a "diamond" for a setting, a "flag"
 *      for a time; `way`: "x", "y" or "xy", shown by arrows until it is used
 * grippable(node)              a finger on it moves it and not the page; handles are
 * demo.clock({rate, first, last, show, at, to}) -> {go, pause, handle}   run, pause and step, from `first` to
 *      last(), both from the beginning again at the end; `rate` is steps a second, a number or a
 *      function. It moves the control that Python calls `time` and shows it, or at() and to(step); with
 *      reduced motion, run goes straight to the end. handle(parent, step, {panel, way}) is the handle
 *      `time`, step(px, py) the step at a pixel; way "y" where time runs upwards
 * demo.film({rate, last, show}) -> play   show(0) to show(last), `rate` a second; with reduced motion the
 *      last at once. What a guess begins where there is no clock
 * demo.readout(name, {digits, quiet}) -> set(value, shown?)   text[name]; data-value holds the full
 *      number; shown = "" hides it; quiet: never shown, because the status line says it
 * demo.readouts(names, loud) -> set({name: value}, {name: shown})   all of them; quiet but for the loud
 *
 * Numbers
 * format(value, digits)        a number for readers; power(value): 10⁻³ for log axes
 * phrase(template, values)     fills {name} in a sentence, with numbers as readers write them;
 *                              {steps|step|steps} adds the noun that agrees with the number
 * between(value, low, high)    the value, or the end that it lies beyond
 * roof(value)                  the next round number: where an axis ends, so that it does not tremble
 * random(seed) -> {uniform(), uniforms(count), normal(), order(count)}   the same numbers everywhere;
 *      seeded.py is the twin in Python; order(count) shuffles 0 to count - 1
 *
 * Scales
 * linear(domain, range), log(domain, range)    s(v), s.invert(p), s.ticks(n), s.clamp(v)
 * across(box), upward(box)     ranges of the two axes of a box
 *
 * Drawing
 * node(tag, attributes, ...children), element(tag, attributes, ...children)   SVG and HTML
 * axes(box, x, y, {xLabel, yLabel, xTicks, yTicks, xFormat, yFormat})   two spines, ticks, names
 * path(points)                 "M…L…" from [[x, y], …], broken where a number is not finite; tenth(pixel)
 * label(x, y, words, attributes)               text with a halo in the paper's color
 * line(points, name), dots(points, name), dot(point, r, name), rect(box, attributes), plus(point),
 *      cross(point, size, name), arrow(from, to, family, head)   marks; `name` is a class
 * course(box, points, name, words)   a line that ends where it leaves its box at the top for good, there
 *      with an arrow and words(number of the point); the head of an arrow where it leaps out highest
 * names(box, [{at, words, name}], marks)       names beside their points, where there is room
 * grid(fn, x, y, cell)         values of fn(x, y) over two scales' ranges, every `cell` pixels;
 *                              contours ask fn again where they cross, so a coarse grid is enough
 * contour(grid, level)         chains of points [[x, y], …] of the contour line; lines(grid, level): its path
 * region(grid, level)          path of the area with value <= level; bands(grid, levels): all, shaded
 * rings(grid, level)           chains of points of the border of that area; filled(rings): the path
 */
export { between, format, phrase, power, roof } from "./shared/numbers.js";
export { random } from "./shared/random.js";
export { across, linear, log, upward } from "./shared/scales.js";
export { element, node } from "./shared/elements.js";
export { axes, label, path, tenth } from "./shared/drawing.js";
export { arrow, course, cross, dot, dots, line, names, plus, rect } from "./shared/marks.js";
export { bands, contour, filled, grid, lines, region, rings } from "./shared/contours.js";
export { grippable } from "./shared/handles.js";
export { mount } from "./shared/frame.js";
