// The pages of those who decide, for the list of every page.

import { decider, moderator, read, send } from "./staff.mjs";

/** @typedef {import("./pages.mjs").Kind} Kind */
/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {Awaited<ReturnType<typeof setDesk>>} Desk */

/**
 * What waits in the queue, and those who decide about it.
 *
 * @param {{ url: string }} site
 * @param {(path: string, fields: Record<string, string>) => Promise<Response>} post
 * @param {{ address: string, thread: string }} member somebody to be looked up, with a request
 */
export async function setDesk(site, post, { address, thread }) {
  const report = { reason: "wrong", details: "They come from Tartu.", email: "fan@listener.example" };
  await post("/artists/night-ferry/report", report);
  await post("/artists/night-ferry/report", { ...report, reason: "scam" });
  const looks = await moderator(site);
  const decides = await decider(site);
  const queue = await read(site, decides, "/staff?kind=correction");
  const waiting = queue.match(/\/staff\/tickets\/\d+/)?.[0] ?? "";
  const reports = await read(site, decides, "/staff?kind=report");
  const settled = reports.match(/\/staff\/tickets\/\d+/)?.[0] ?? "";
  const reason = "We asked the act, which says that it is so.";
  await send(site, decides, [settled, settled], { decision: "refused", reason });
  const request = thread.replace("/requests/", "/staff/requests/");
  const found = await lookUp(site, looks, address);
  await lookUp(site, decides, address);
  return { looks, decides, waiting, settled, request, account: found };
}

/**
 * @param {{ url: string }} site
 * @param {string} session
 * @param {string} wanted
 */
async function lookUp(site, session, wanted) {
  await send(site, session, ["/staff/accounts", "/staff/accounts"], { wanted });
  const { html } = await send(site, session, ["/staff/accounts", "/staff/accounts"], { wanted });
  return html.match(/\/staff\/accounts\/\d+/)?.[0] ?? "";
}

/** @param {string} button */
const choose = (button) => async (/** @type {Page} */ page) => {
  await page.getByRole("button", { name: button, exact: true }).click();
};

/** @type {(scene: { desk: Desk }) => string} */
const looks = ({ desk }) => desk.looks;
/** @type {(scene: { desk: Desk }) => string} */
const decides = ({ desk }) => desk.decides;

/** @type {Kind[]} */
export const STAFF = [
  { name: "queue", path: "/staff", member: looks },
  { name: "queue, nothing waits", path: "/staff?kind=claim", member: looks },
  { name: "elevate", path: "/staff/elevate", member: looks },
  {
    name: "elevate, with errors",
    path: "/staff/elevate",
    member: looks,
    status: 422,
    act: async (page) => {
      await page.getByLabel("A code of your device").fill("000000");
      await choose("Check the code")(page);
    },
  },
  { name: "case, only to look", path: ({ desk }) => desk.waiting, member: looks },
  { name: "case", path: ({ desk }) => desk.waiting, member: decides },
  {
    name: "case, with errors",
    path: ({ desk }) => desk.waiting,
    member: decides,
    status: 422,
    act: async (page) => {
      await page.getByLabel("Why").fill("No.");
      await choose("Decide and tell them")(page);
    },
  },
  { name: "case, decided", path: ({ desk }) => desk.settled, member: decides },
  { name: "staff, requests", path: "/staff/requests", member: looks },
  { name: "staff, request", path: ({ desk }) => desk.request, member: decides },
  { name: "staff, artists", path: "/staff/artists", member: looks },
  { name: "staff, artist", path: "/staff/artists/night-ferry", member: decides },
  { name: "staff, artist without a team", path: "/staff/artists/rukas-44", member: decides },
  { name: "put right", path: "/staff/artists/rukas-44/correct", member: decides },
  {
    name: "put right, with errors",
    path: "/staff/artists/rukas-44/correct",
    member: decides,
    status: 422,
    act: async (page) => {
      await page.getByLabel("Source of what you change").fill("4111 1111 1111 1111");
      await choose("Put it right")(page);
    },
  },
  { name: "staff, photo", path: "/staff/artists/okra-telegraph/photo", member: decides },
  { name: "staff, accounts", path: "/staff/accounts", member: looks },
  {
    name: "staff, accounts, nobody",
    path: "/staff/accounts",
    member: looks,
    status: 404,
    act: async (page) => {
      await page.getByLabel("Address or name").fill("Nobody Nowhere");
      await choose("Look it up")(page);
    },
  },
  {
    name: "staff, account",
    path: "/staff/accounts",
    member: decides,
    act: async (page, { open }) => {
      await page.getByLabel("Address or name").fill(open.promoter);
      await choose("Look it up")(page);
      await page.getByRole("heading", { name: "Freeze" }).waitFor();
    },
  },
];
