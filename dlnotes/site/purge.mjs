// Prints the rules of some style sheets that some pages and scripts can use. Run by slim.py.
import { createRequire } from "node:module";

const { modules, css, content } = JSON.parse(process.argv[2]);
const { PurgeCSS } = createRequire(`${modules}/here.js`)("purgecss");
const found = await new PurgeCSS().purge({
  css,
  content,
  keyframes: true,
  fontFace: true,
  // what only scripts, or a reader's keyboard, bring about
  safelist: { standard: ["open", "active", "put-away", "dialog"], greedy: [/backdrop/, /focus-visible/] },
});
process.stdout.write(found.map((sheet) => sheet.css.replace(/@import[^;]*;/g, "")).join("\n"));
