"""Functions that `Math` lacks: JavaScript that a module carries when it calls them.

erf(x) is x · P(x²) up to 1 and 1 - exp(-x²) · Q(t) / (x + 3) beyond, with t = (x - 3) / (x + 3).
P and Q are Chebyshev interpolants of degree 12 and 20, computed with 60 digits and written out
in powers; the first coefficient is that of power 0. Both stay within 4e-16 of erf, relatively.
"""

import re

ERF = """\
const erfNear = [
  1.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792,
  0.0052239776248180145, -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-5,
  1.6461000484121368e-6, -1.6350312701054695e-7, 1.4659775274047436e-8, -1.1372848856791674e-9,
  5.957176147748911e-11,
];
const erfFar = [
  1.0740069070883398, -0.8833944531698836, 0.5902283571041015, -0.3104672619005618,
  0.11952776128732354, -0.02682723462473016, -0.0012124166282879382, 0.003034062006531726,
  -0.0005483096745850481, -0.00027677791330211354, 0.00010756133874278549,
  3.0398710722183796e-5, -1.746989257982946e-5, -4.752170464995676e-6, 2.764285711630147e-6,
  1.008740354966635e-6, -4.11111422743358e-7, -2.5113657083716804e-7, 6.247836039872654e-8,
  6.03105580127412e-8, -2.1581869175114207e-8,
];

function polynomial(coefficients, x) {
  let sum = 0;
  for (let n = coefficients.length - 1; n >= 0; n--) sum = sum * x + coefficients[n];
  return sum;
}

function erfTail(x) {
  const head = Math.fround(x); // its square is exact
  const square = Math.exp(-head * head) * Math.exp((head - x) * (head + x));
  return x > 27 ? 0 : (square * polynomial(erfFar, (x - 3) / (x + 3))) / (x + 3);
}

function erf(x) {
  if (Math.abs(x) < 1) return x * polynomial(erfNear, x * x);
  return x > 0 ? 1 - erfTail(x) : erfTail(-x) - 1;
}

function erfc(x) {
  if (x > 1) return erfTail(x);
  return x < -1 ? 2 - erfTail(-x) : 1 - erf(x);
}
"""
NAMES = ("erf", "erfc", "erfTail", "erfNear", "erfFar", "polynomial")


def needed(lines):
    """The lines of JavaScript that `lines` rest on."""
    found = any(re.search(r"\berfc?\(", line) for line in lines)
    return ["", *ERF.splitlines()] if found else []
