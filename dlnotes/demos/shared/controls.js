// Controls beside the picture: sliders, choices, boxes, buttons; and the numbers that are read out.
import { element, fresh } from "./elements.js";
import { format } from "./numbers.js";
import { among, linear, log } from "./scales.js";

/** Gives a demo its controls, as far as Python says in `ranges`; each reaches `bound` under its name.
 * Those in `atOnce` are seen at once, the others stand under "more". */
export function controls(demo, { text, rows, bound, ranges, atOnce }) {
  const unit = (name) => text.units?.[name] ?? "";
  const kept = (make) => (options) => {
    const control = make({ value: demo.controls[options.name], ...ranges[options.name], ...options });
    bound[options.name] = control;
    return control;
  };
  const row = (name) => {
    if (atOnce.includes(name)) return rows.controls;
    rows.more.hidden = false;
    return rows.hidden;
  };
  demo.slider = kept((options) => slider(options, { text, unit, row: row(options.name) }));
  demo.choice = kept((options) => choice(options, { text, row: row(options.name) }));
  const groups = {};
  demo.toggle = kept((options) => toggle(options, { text, row: group(options.group, groups, { text, row: row(options.name) }) }));
  demo.button = (options) => button(options, { text, row: rows.buttons });
  demo.preset = (options) => button(options, { text, row: rows.presets });
  demo.readout = (name, options) => readout(name, options, { text, unit, row: rows.readouts });
}

function slider({ name, min, max, stops, value, log: logarithmic, digits = 3, steps = stops ? stops.length - 1 : 400, change }, { text, unit, row }) {
  const places = stops ? among(stops) : (logarithmic ? log : linear)([min, max], [0, steps]);
  const input = element("input", { type: "range", min: 0, max: steps, step: 1, id: fresh(), "data-control": name });
  const shown = element("span", { class: "demo-value" });
  const frame = element("div", { class: "demo-control" }, element("label", { for: input.id }, text[name]), shown, input);
  const control = { input, value };
  control.set = (wanted) => {
    control.value = wanted;
    input.value = places(places.clamp(wanted));
    input.dataset.value = wanted;
    shown.textContent = format(wanted, digits) + unit(name);
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  input.addEventListener("input", () => {
    const exact = places.invert(Number(input.value));
    control.set(places.clamp(Number(exact.toPrecision(digits))));
    change(control.value);
  });
  let tick;
  control.mark = (limit, words) => {
    tick ??= frame.appendChild(element("span", { class: "demo-mark", "aria-hidden": "true" }));
    tick.textContent = words;
    tick.dataset.value = limit;
    tick.style.setProperty("--at", places(limit) / steps);
    tick.hidden = places.clamp(limit) !== limit;
  };
  control.offer = (on) => { frame.hidden = !on; };
  row.append(frame);
  control.set(value);
  return control;
}

function choice({ name, options, value, change }, { text, row }) {
  const set = element("fieldset", { class: "demo-choice" }, element("legend", {}, text[name]));
  const together = fresh();
  const control = { value };
  const inputs = options.map((option) => {
    const input = element("input", { type: "radio", name: together, value: option, "data-control": name });
    input.addEventListener("change", () => {
      control.value = option;
      change(option);
    });
    set.append(element("label", {}, input, element("span", {}, text[option])));
    return input;
  });
  control.set = (wanted) => {
    control.value = wanted;
    for (const input of inputs) input.checked = input.value === String(wanted);
  };
  control.offer = (on) => { set.style.visibility = on ? "" : "hidden"; };
  row.append(set);
  control.set(value);
  return control;
}

/** Where boxes of one group stand together under its name. */
function group(name, groups, { text, row }) {
  if (!name) return row;
  groups[name] ??= row.appendChild(element("fieldset", { class: "demo-choice" }, element("legend", {}, text[name])));
  return groups[name];
}

function toggle({ name, value, change }, { text, row }) {
  const input = element("input", { type: "checkbox", "data-control": name });
  const control = { input, value, set: (on) => { control.value = input.checked = on; } };
  input.addEventListener("change", () => {
    control.value = input.checked;
    change(control.value);
  });
  control.words = element("span", {}, text[name]);
  row.append(element("label", { class: "demo-toggle" }, input, control.words));
  control.set(value);
  return control;
}

function button({ name, press }, { text, row }) {
  const made = element("button", { type: "button", "data-control": name }, text[name]);
  made.addEventListener("click", () => press());
  row.append(made);
  made.press = (on) => made.setAttribute("aria-pressed", on);
  return made;
}

function readout(name, { digits = 3, quiet = false } = {}, { text, unit, row }) {
  const output = element("output", { "data-readout": name, "aria-live": "off" });
  const entry = element("div", { hidden: quiet }, element("span", {}, text[name]), output);
  row.append(entry);
  let last = {};
  return (value, shown) => {
    if (Object.is(value, last.value) && shown === last.shown) return;
    last = { value, shown };
    output.dataset.value = value;
    output.textContent = shown ?? format(value, digits) + unit(name);
    entry.hidden = quiet || shown === "";
  };
}
