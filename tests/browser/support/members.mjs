// People with accounts, without a browser: what a page test needs before it can look at a page.

import { createHmac } from "node:crypto";

import { linkIn, mail } from "./mailbox.mjs";
import { png } from "./pictures.mjs";
import { post } from "./requests.mjs";

/** Where and as whom somebody joins. */
export const joiner = (/** @type {string} */ email, name = "Jonas Krüger") => ({
  name,
  email,
  age: "adult",
  your_country: "DE",
  privacy: "yes",
});

/**
 * Presses the button behind a link that signs in, and returns the secret in the cookie.
 *
 * @param {{ url: string }} site
 * @param {string} link
 */
export async function useLink(site, link) {
  const answer = await post(site, link, {});
  const cookies = answer.headers.getSetCookie();
  const session = cookies.map((cookie) => cookie.match(/^session=(\w+);/)?.[1]).find(Boolean);
  if (!session) throw new Error(`${link} signs nobody in: ${answer.status}`);
  return session;
}

/**
 * Makes an account; returns the secret that the browser keeps.
 *
 * @param {{ url: string }} site
 * @param {string} email
 * @param {string} [name]
 */
export async function joined(site, email, name) {
  await post(site, "/join", joiner(email, name));
  return useLink(site, linkIn(await mail(site, email, "join_link"), "/sign-in/"));
}

/**
 * A link that signs in, not used yet.
 *
 * @param {{ url: string }} site
 * @param {string} email
 */
export async function askedToSignIn(site, email) {
  await post(site, "/sign-in", { email });
  return linkIn(await mail(site, email, "sign_in_link"), "/sign-in/");
}

/**
 * The code that a device shows now (RFC 6238).
 *
 * @param {string} letters the seed as the page shows it
 * @param {number} [later] in seconds
 */
export function oneTimeCode(letters, later = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...letters.replaceAll(" ", "")].map((letter) =>
    alphabet.indexOf(letter).toString(2).padStart(5, "0"),
  );
  const seed = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor((Date.now() / 1000 + later) / 30)));
  const mac = createHmac("sha1", seed).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/**
 * Puts a photo on the page of an act.
 *
 * @param {{ url: string }} site
 * @param {string} session of somebody of its team
 * @param {string} slug
 */
export async function putUpPhoto(site, session, slug) {
  const page = `${site.url}/artists/${slug}/photo`;
  const cookie = `session=${session}`;
  const html = await (await fetch(page, { headers: { cookie } })).text();
  const form = new FormData();
  form.set("form_token", html.match(/name="form_token" value="([^"]+)"/)?.[1] ?? "");
  form.set("photo", new Blob([new Uint8Array(png(1400, 900))]), "photo.png");
  form.set("alt", "A boat at its quay");
  form.set("rights", "yes");
  const headers = { cookie, origin: site.url };
  const answer = await fetch(page, { method: "POST", redirect: "manual", headers, body: form });
  if (answer.status !== 303) throw new Error(`no photo for ${slug}: ${await answer.text()}`);
}

/**
 * Signs a browser in.
 *
 * @param {import("@playwright/test").BrowserContext} context
 * @param {{ url: string }} site
 * @param {string} session
 */
export async function carry(context, site, session) {
  await context.addCookies([{ name: "session", value: session, url: site.url, httpOnly: true }]);
}
