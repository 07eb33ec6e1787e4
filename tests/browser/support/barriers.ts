// What axe finds on a page.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What can differ between two looks at one page: colours, and where things come to stand. */
const LOOKS = ["color-contrast", "target-size", "link-in-text-block"];

/** What keeps people from using a page, with the places where it stands; of a second look, what is new. */
export async function barriers(page: Page, { isSecondLook = false } = {}) {
  // The only frame there is holds a mail, in which nothing may run; it is opened by itself as well.
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ iframes: false });
  const axe = isSecondLook ? builder.withRules(LOOKS) : builder.withTags(STANDARDS);
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
}
