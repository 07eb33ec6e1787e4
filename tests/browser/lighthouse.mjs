// Lighthouse, as for a telephone, on the three pages that most people see first. Prints the scores,
// with what cost points, and ends with 1 when one is below 95.

import lighthouse from "lighthouse";
import { launch } from "chrome-launcher";

import { CHROMIUM, CHROMIUM_ARGS } from "./support/chromium.mjs";
import { startSite } from "./support/site.mjs";

const LEAST = 95;
const PATHS = ["/", "/artists", "/artists/night-ferry"];
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const site = await startSite();
const browser = await launch({
  chromePath: CHROMIUM,
  chromeFlags: ["--headless=new", ...CHROMIUM_ARGS],
});
let isGood = true;
try {
  for (const path of PATHS) {
    isGood = (await measure(path)) && isGood;
  }
} finally {
  browser.kill();
  await site.stop();
}
process.exitCode = isGood ? 0 : 1;

/** @param {string} path */
async function measure(path) {
  const result = await lighthouse(site.url + path, {
    port: browser.port,
    logLevel: "error",
    onlyCategories: CATEGORIES,
  });
  if (!result) throw new Error(`no result for ${path}`);
  const { categories, audits } = result.lhr;
  const scores = Object.values(categories).map(({ id, score }) => ({
    id,
    score: Math.round(100 * (score ?? 0)),
  }));
  console.log(path, scores.map(({ id, score }) => `${id} ${score}`).join(", "));
  for (const { title, auditRefs } of Object.values(categories)) {
    const score = (/** @type {string} */ id) => audits[id]?.score ?? 1;
    for (const { id } of auditRefs.filter(({ id, weight }) => weight > 0 && score(id) < 0.9)) {
      const { title: what, displayValue = "" } = audits[id] ?? { title: id };
      console.log(`  ${title}: ${what} ${displayValue}`.trimEnd());
    }
  }
  return scores.every(({ score }) => score >= LEAST);
}
