// What axe finds on a page.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What keeps people from using a page, with the places where it stands. */
export async function barriers(page: Page) {
  // The only frame there is holds a mail, in which nothing may run; it is opened by itself as well.
  const axe = new AxeBuilder({ page }).withTags(STANDARDS).setLegacyMode();
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
}
