// The booking disclaimer in force, as the site publishes it.

import type { Page } from "@playwright/test";

/** One line of words, without tags and with its quotation marks written out. */
const joined = (text: string) =>
  text
    .replace(/<[^>]*>/g, " ")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, " ")
    .trim();

export type Published = {
  /** Its paragraphs. */
  paragraphs: string[];
  /** The key with which the site signs receipts. */
  publicKey: string;
};

/** Reads text and key off `/legal/disclaimer`. */
export async function publishedDisclaimer(page: Page): Promise<Published> {
  await page.goto("/legal/disclaimer");
  const paragraphs = await page.locator("#text + .notice p").allTextContents();
  const hashes = await page.locator("#verify ~ dl code.hash").allTextContents();
  const publicKey = hashes[0] ?? "";
  return { paragraphs: paragraphs.map(joined), publicKey };
}

/** Whether a text, or the words of an HTML document, have the whole disclaimer in them. */
export function hasDisclaimer(text: string, { paragraphs }: Published) {
  const words = joined(text);
  return paragraphs.length > 0 && paragraphs.every((paragraph) => words.includes(paragraph));
}
