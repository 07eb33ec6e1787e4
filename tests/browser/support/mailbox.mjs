// What the site has mailed, as /dev/mailbox.json tells programs.

import { setTimeout as sleep } from "node:timers/promises";

/**
 * @typedef {object} Mail
 * @property {string} id
 * @property {string} kind
 * @property {string} to
 * @property {string} subject
 * @property {string} text
 * @property {{ name: string, kind: string, text: string }[]} attachments
 * @property {string} html
 * @property {Record<string, string>} headers
 */

/**
 * Every mail to an address, newest first.
 *
 * @param {{ url: string }} site
 * @param {string} to
 * @returns {Promise<Mail[]>}
 */
export async function mailsTo(site, to) {
  const answer = await fetch(`${site.url}/dev/mailbox.json`);
  const mails = /** @type {Mail[]} */ (await answer.json());
  return mails.filter((mail) => mail.to === to);
}

/**
 * The newest mail of a kind to an address whose subject or text contains the words; waits for it.
 *
 * @param {{ url: string }} site
 * @param {string} to
 * @param {string} kind
 * @param {string} words
 */
export async function mail(site, to, kind, words = "") {
  for (let tries = 0; tries < 100; tries += 1) {
    const mails = await mailsTo(site, to);
    const found = mails.find(
      (mail) => mail.kind === kind && `${mail.subject}\n${mail.text}`.includes(words),
    );
    if (found) return found;
    await sleep(50);
  }
  throw new Error(`no ${kind} mail to ${to} came with “${words}”`);
}

/**
 * The path of the first link in a mail that begins so.
 *
 * @param {Mail} mail
 * @param {string} start
 */
export function linkIn(mail, start) {
  const link = mail.text.match(/https?:\/\/\S+/g)?.map((text) => new URL(text));
  const path = link?.find((url) => url.pathname.startsWith(start));
  if (!path) throw new Error(`no link to ${start} in “${mail.subject}”`);
  return path.pathname + path.search;
}
