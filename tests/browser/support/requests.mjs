// Booking requests without a browser: what a page test needs before it can look at a page.

import { linkIn, mail } from "./mailbox.mjs";
import { nightIn } from "./calendar.mjs";

/** Where requests to an act of the demo go. */
export const artistAddress = (artist = "night-ferry") => `booking@${artist}.example`;

let senders = 0;

/** A mailbox that nobody else in this run writes from. */
export const newAddress = () => `jonas-${process.pid}-${++senders}@speicher7.example`;

/**
 * A request with what must be filled in and nothing more, by the names of the form's fields.
 *
 * @returns {Record<string, string>}
 */
export const shortRequest = () => ({
  event_name: "Harbour Night",
  event_kind: "club_night",
  visibility: "public",
  night1: nightIn(90),
  start1: "22:00",
  end1: "23:30",
  zone: "Europe/Tallinn",
  venue_name: "Speicher 7",
  venue_city: "Hamburg",
  venue_country: "DE",
  performance: "live",
  deal: "quote",
  your_name: "Jonas",
  role: "venue",
  email: newAddress(),
  message: "Your slow pistons belong into this room.\n\nThe harbour is right outside.",
  age: "adult",
  your_country: "DE",
  privacy: "yes",
});

/**
 * A request with every section filled in.
 *
 * @returns {Record<string, string>}
 */
export const completeRequest = () => ({
  ...shortRequest(),
  flexible: "yes",
  age_policy: "18+",
  capacity: "350",
  setting: "indoor",
  venue_link: "https://speicher7.example/",
  set_length: "90",
  slot: "closing",
  billing: "headline",
  line_up: "Two residents before and after",
  recording: "none",
  deal: "flat",
  amount: "1200",
  amount_to: "1500",
  currency: "EUR",
  ticket_price: "18",
  attendance: "300",
  exclusivity_km: "50",
  exclusivity_days: "14",
  travel: "provided",
  hotel: "provided",
  ground: "artist",
  hospitality: "buyout",
  backline: "discuss",
  trading_name: "Speicher 7 Concerts",
  website: "https://speicher7.example/about",
  past_events: "Twelve nights in this room last year",
  links: "https://speicher7.example/pictures",
  respond_by: nightIn(60),
});

/**
 * Posts a form as a browser does, without following where it leads.
 *
 * @param {{ url: string }} site
 * @param {string} path
 * @param {Record<string, string>} fields
 */
export function post(site, path, fields) {
  return fetch(site.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { origin: site.url },
    body: new URLSearchParams(fields),
  });
}

/**
 * Posts a form that leads elsewhere, and returns where.
 *
 * @param {{ url: string }} site
 * @param {string} path
 * @param {Record<string, string>} fields
 */
async function postAndGo(site, path, fields) {
  const answer = await post(site, path, fields);
  const to = answer.headers.get("location");
  if (answer.status !== 303 || !to) {
    throw new Error(`POST ${path} was answered ${answer.status}:\n${await answer.text()}`);
  }
  return to;
}

/**
 * The hidden fields of the form that posts to an address.
 *
 * @param {{ url: string }} site
 * @param {string} path
 */
async function hiddenFields(site, path) {
  const html = await (await fetch(site.url + path)).text();
  const fields = html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, value]));
}

/**
 * A request that waits for its confirmation.
 *
 * @param {{ url: string }} site
 * @param {{ artist?: string, changes?: Record<string, string> }} options
 */
export async function submitted(site, { artist = "night-ferry", changes = {} } = {}) {
  const form = `/artists/${artist}/request`;
  const request = { ...completeRequest(), ...changes };
  const checkMail = await postAndGo(site, form, {
    ...(await hiddenFields(site, form)),
    ...request,
    disclaimer_accepted: "yes",
    action: "send",
  });
  const promoter = /** @type {string} */ (request.email);
  const confirm = linkIn(await mail(site, promoter, "confirm_request"), "/confirm/");
  return { artist, promoter, request, checkMail, confirm };
}

/**
 * A request that is with the artist, with the pages of both sides.
 *
 * @param {{ url: string }} site
 * @param {Parameters<typeof submitted>[1]} options
 */
export async function sent(site, options = {}) {
  const waiting = await submitted(site, options);
  const sentPage = await postAndGo(site, waiting.confirm, {});
  const event = /** @type {string} */ (waiting.request.event_name);
  const toPromoter = await mail(site, waiting.promoter, "request_sent", event);
  const toArtist = await mail(site, artistAddress(waiting.artist), "new_request", event);
  return {
    ...waiting,
    sentPage,
    receipt: linkIn(toPromoter, "/receipts/"),
    promoterSide: linkIn(toPromoter, "/t/"),
    artistSide: linkIn(toArtist, "/t/"),
  };
}

/**
 * A request that the artist has answered and accepted in principle.
 *
 * @param {{ url: string }} site
 * @param {Parameters<typeof submitted>[1]} options
 */
export async function accepted(site, options = {}) {
  const request = await sent(site, options);
  const { artistSide } = request;
  await postAndGo(site, `${artistSide}/reply`, {
    ...(await hiddenFields(site, artistSide)),
    message: "We know that room. Is there a piano?",
  });
  await accept(site, artistSide, /** @type {string} */ (request.request.night1));
  return request;
}

/**
 * Accepts a request in principle, as the artist does.
 *
 * @param {{ url: string }} site
 * @param {string} artistSide
 * @param {string} night
 */
export async function accept(site, artistSide, night) {
  await postAndGo(site, `${artistSide}/accept`, {
    ...(await hiddenFields(site, `${artistSide}/accept`)),
    night,
    disclaimer_accepted: "yes",
  });
}

/**
 * Keeps the night of a request for it, as the artist does, for some days.
 *
 * @param {{ url: string }} site
 * @param {Awaited<ReturnType<typeof sent>>} request
 * @param {number} days
 */
export async function hold(site, { artistSide, request }, days) {
  const fields = { night: /** @type {string} */ (request.night1), until: nightIn(days) };
  await postAndGo(site, `${artistSide}/hold`, fields);
}

/**
 * Proposes other terms to the other side: the form as it stands, with these fields changed.
 *
 * @param {{ url: string }} site
 * @param {string} side
 * @param {Record<string, string>} terms
 * @param {Record<string, string>} changes
 */
export async function counter(site, side, terms, changes) {
  await postAndGo(site, `${side}/counter`, {
    ...terms,
    ...(await hiddenFields(site, `${side}/counter`)),
    ...changes,
    disclaimer_accepted: "yes",
    action: "send",
  });
}
