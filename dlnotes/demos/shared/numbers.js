// Numbers as readers write them.
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const raised = (exponent) => [...String(exponent)].map((c) => RAISED[c]).join("");

export function format(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  let shown;
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    const [head, exponent] = size.toExponential(digits - 1).split("e");
    const factor = String(Number(head));
    shown = (factor === "1" ? "" : `${factor}×`) + `10${raised(Number(exponent))}`;
  } else {
    const whole = size >= 1 ? Math.floor(Math.log10(size)) + 1 : 1;
    shown = String(Number(size.toPrecision(Math.max(digits, whole))));
    if (Number(shown) >= 10000) shown = shown.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }
  return (value < 0 ? "−" : "") + shown;
}

export const power = (value) => (value === 1 ? "1" : `10${raised(Math.round(Math.log10(value)))}`);

/** Fills {name} where there is a value of that name; {steps|step|steps} is a number with its noun, the first of both where it reads 1. */
export function phrase(template, values) {
  const said = (value) => (typeof value === "number" ? format(value) : value);
  return template.replace(/\{(\w+)(?:\|([^|}]+)\|([^|}]+))?\}/g, (hole, name, one, many) => {
    if (!(name in values)) return hole;
    const shown = said(values[name]);
    return one ? `${shown} ${/^−?1$/.test(shown) ? one : many}` : shown;
  });
}

export const between = (value, low, high) => Math.min(Math.max(value, low), high);

export function roof(value) {
  const scale = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((n) => n * scale).find((n) => n >= value);
}
