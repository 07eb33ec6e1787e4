// The demo's moderator, without a browser: what a page test needs before it can look at staff pages.

import { askedToSignIn, oneTimeCode, useLink } from "./members.mjs";

export const MODERATOR = "moderator@soundpost.example";

/**
 * The codes on paper of a site's moderator, who can be given a second factor once.
 *
 * @type {Map<string, string[]>}
 */
const papers = new Map();

/**
 * A page as somebody signed in has it.
 *
 * @param {{ url: string }} site
 * @param {string} session
 * @param {string} path
 */
export async function read(site, session, path) {
  const answer = await fetch(site.url + path, { headers: { cookie: `session=${session}` } });
  return answer.text();
}

/**
 * Posts a form of a page as somebody signed in; the answer, and the session after it.
 *
 * @param {{ url: string }} site
 * @param {string} session
 * @param {[page: string, path: string]} where the page with the form, and where it posts
 * @param {Record<string, string>} fields
 */
export async function send(site, session, [page, path], fields) {
  const html = await read(site, session, page);
  const form_token = html.match(/name="form_token" value="([^"]+)"/)?.[1] ?? "";
  const answer = await fetch(site.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { origin: site.url, cookie: `session=${session}` },
    body: new URLSearchParams({ ...fields, form_token }),
  });
  const cookies = answer.headers.getSetCookie();
  const after = cookies.map((cookie) => cookie.match(/^session=(\w+);/)?.[1]).find(Boolean);
  return { html: await answer.text(), status: answer.status, session: after ?? session };
}

/**
 * A code on paper that was not used yet; sets up a device first where there is none.
 *
 * @param {{ url: string }} site
 */
export async function paper(site) {
  let codes = papers.get(site.url);
  if (!codes) {
    const session = await useLink(site, await askedToSignIn(site, MODERATOR));
    const factor = "/account/second-factor";
    await send(site, session, [factor, factor], {});
    const letters = (await read(site, session, factor)).match(/As letters: <code>([^<]+)/)?.[1];
    const code = oneTimeCode(letters ?? "");
    const set = await send(site, session, [factor, `${factor}/confirm`], { code });
    codes = [...set.html.matchAll(/<li><code>([^<]+)/g)].map((match) => match[1] ?? "");
    papers.set(site.url, codes);
  }
  const code = codes.shift();
  if (!code) throw new Error("the moderator has no code left");
  return code;
}

/**
 * The session of the moderator, signed in with the second factor.
 *
 * @param {{ url: string }} site
 */
export async function moderator(site) {
  const code = await paper(site);
  const half = await useLink(site, await askedToSignIn(site, MODERATOR));
  return (await send(site, half, ["/sign-in/code", "/sign-in/code"], { code })).session;
}

/**
 * The sessions in which a site's moderator may decide: few links are mailed to one address.
 *
 * @type {Map<string, string>}
 */
const deciders = new Map();

/**
 * The same, who may decide.
 *
 * @param {{ url: string }} site
 */
export async function decider(site) {
  let session = deciders.get(site.url);
  if (!session) {
    const code = await paper(site);
    const page = "/staff/elevate";
    ({ session } = await send(site, await moderator(site), [page, page], { code }));
    deciders.set(site.url, session);
  }
  return session;
}
