// Every kind of page there is, and how to come to it.

import { nightIn } from "./calendar.mjs";
import { linkIn, mail, mailsTo } from "./mailbox.mjs";
import { askedToSignIn, carry, joined, joiner, putUpPhoto } from "./members.mjs";
import {
  accept,
  accepted,
  artistAddress,
  completeRequest,
  counter,
  hold,
  newAddress,
  post,
  sent,
  shortRequest,
  submitted,
} from "./requests.mjs";
import { setDesk, STAFF } from "./staff-pages.mjs";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {Awaited<ReturnType<typeof setScene>>} Scene */
/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {string | ((scene: Scene) => string)} path
 * @property {number} [status] 200 if not said
 * @property {(scene: Scene) => string} [member] the session of who looks at it
 * @property {string[]} [cookies] what it may set, by name
 * @property {(page: Page) => Promise<void>} [prepare]
 * @property {(page: Page, scene: Scene) => Promise<void>} [act] what leads on from there
 */

/**
 * Posts a form of a page for members.
 *
 * @param {{ url: string }} site
 * @param {string} session
 * @param {string} page where the form is
 * @param {string} path where it goes
 * @param {string[][]} fields
 */
async function postAs(site, session, page, path, fields) {
  const cookie = `session=${session}`;
  const html = await (await fetch(site.url + page, { headers: { cookie } })).text();
  const hidden = ["form_token", "key", "disclaimer_hash"].flatMap((name) => {
    const value = html.match(new RegExp(`name="${name}" value="([^"]+)"`))?.[1];
    return value ? [[name, value]] : [];
  });
  const answer = await fetch(site.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { cookie, origin: site.url },
    body: new URLSearchParams([...hidden, ...fields]),
  });
  if (answer.status !== 303) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/**
 * What an act has beside its page: people, answers, blocks; and a shortlist.
 *
 * @param {{ url: string }} site
 * @param {string} mari who owns the act
 */
async function setTeam(site, mari) {
  const act = "/artists/night-ferry";
  const team = `${act}/team`;
  const rights = ["message", "decline", "counter", "hold", "accept"].map((one) => [`may_${one}`, "yes"]);
  const invited = "siim.saar@night-ferry.example";
  await postAs(site, mari, team, team, [["address", invited], ["role", "manager"], ...rights]);
  await postAs(site, mari, team, team, [["address", "liis@night-ferry.example"], ["role", "assistant"]]);
  await post(site, linkIn(await mail(site, invited, "team_invitation"), "/listing/"), { answer: "yes" });
  await joined(site, invited, "Siim Saar");
  const words = "Thank you for asking. We are at sea until the end of the season.";
  await postAs(site, mari, `${act}/papers`, `${act}/papers`, [["name", "Not this season"], ["words", words]]);
  await postAs(site, mari, `${act}/rules`, `${act}/rules`, [["domain", "spam.example"]]);
  for (const slug of ["okra-telegraph", "night-ferry", "dorota-i-zegary"]) {
    await postAs(site, mari, "/account/notifications", `/artists/${slug}/shortlist`, [["keep", "yes"]]);
  }
}

/**
 * A request to two acts at once of which one has said yes; returns its thread.
 *
 * @param {{ url: string }} site
 * @param {string} promoter
 */
async function setBrief(site, promoter) {
  const [one, other, form] = ["okami-static", "kaiki-no-9", "/requests/new"];
  const { email: _, age: _age, privacy: _privacy, ...request } = shortRequest();
  const fields = { ...request, event_name: "Two Quays", night1: nightIn(130) };
  const asked = { [`act_${one}`]: "yes", [`act_${other}`]: "yes", disclaimer_accepted: "yes", action: "send" };
  const page = `${form}?act=${one}&act=${other}`;
  await postAs(site, promoter, page, form, Object.entries({ ...fields, ...asked }));
  const told = await mail(site, artistAddress(one), "new_request", "Two Quays");
  await accept(site, linkIn(told, "/t/"), fields.night1);
  const list = await fetch(`${site.url}/requests?q=two+quays&state=accepted`, {
    headers: { cookie: `session=${promoter}` },
  });
  return (await list.text()).match(/"(\/requests\/\d+)"/)?.[1] ?? "";
}

/**
 * Requests in every state that a page shows.
 *
 * @param {{ url: string }} site
 */
export async function setScene(site) {
  const waiting = await submitted(site, { changes: completeRequest() });
  const corrected = await submitted(site);
  await post(site, corrected.checkMail, { email: newAddress() });
  const open = await sent(site, { changes: completeRequest() });
  const agreed = await accepted(site, { changes: completeRequest() });
  const declined = await sent(site);
  await post(site, `${declined.artistSide}/decline`, { reason: "busy" });
  const { held, second, countered, booked, overlapping } = await setNights(site);
  const [letter] = await mailsTo(site, agreed.promoter);
  const jonas = await joined(site, open.promoter);
  const asked = await askedToSignIn(site, open.promoter);
  const mari = await joined(site, artistAddress(), "Mari Tamm");
  const nobody = await joined(site, newAddress(), "Nora");
  const okra = await joined(site, artistAddress("okra-telegraph"), "Olu Bankole");
  await putUpPhoto(site, okra, "okra-telegraph");
  await setTeam(site, mari);
  const brief = await setBrief(site, mari);
  const invitation = await mail(site, "liis@night-ferry.example", "team_invitation");
  const dashboard = await fetch(`${site.url}/requests`, { headers: { cookie: `session=${jonas}` } });
  const thread = (await dashboard.text()).match(/"(\/requests\/\d+)"/)?.[1] ?? "";
  const desk = await setDesk(site, (path, fields) => post(site, path, fields), {
    address: open.promoter,
    thread,
  });
  return {
    ...{ site, desk, waiting, corrected, open, agreed, declined },
    ...{ held, second, countered, booked, overlapping },
    ...{ mail: `/dev/mailbox/${letter?.id}` },
    ...{ jonas, asked, mari, nobody, okra, thread, brief },
    ...{ invitation: linkIn(invitation, "/listing/") },
  };
}

/**
 * Two holds of one night of which the second is challenged, a counter-offer, and two accepted nights
 * at one time of which one is confirmed by both sides.
 *
 * @param {{ url: string }} site
 */
async function setNights(site) {
  const on = (/** @type {number} */ days, /** @type {string} */ name) => ({
    changes: { ...completeRequest(), night1: nightIn(days), event_name: name },
  });
  const held = await sent(site, on(100, "Quay Night"));
  const second = await sent(site, on(100, "Crane Night"));
  await hold(site, held, 40);
  await hold(site, second, 30);
  await post(site, `${second.promoterSide}/challenge`, {});
  const countered = await sent(site, on(110, "Ice Night"));
  const changes = { amount: "1600", amount_to: "", hotel: "provided", ground: "provided" };
  await counter(site, countered.artistSide, countered.request, {
    ...changes,
    note: "We come by train with two cases.",
  });
  const booked = await accepted(site, on(120, "Lock Night"));
  const overlapping = await accepted(site, on(120, "Dock Night"));
  for (const side of [booked.artistSide, booked.promoterSide]) {
    await post(site, `${side}/confirm`, { agreed_elsewhere: "yes" });
  }
  return { held, second, countered, booked, overlapping };
}

/** @param {string} button */
const choose = (button) => async (/** @type {Page} */ page) => {
  await page.getByRole("button", { name: button, exact: true }).click();
};

/**
 * Fills in the request form by its fields' names, without what a person would see on the way.
 *
 * @param {Page} page
 * @param {Record<string, string>} request
 */
async function fill(page, request) {
  await fillIn(page, request, "form[data-draft]");
}

/**
 * Fills in a form by its fields' names.
 *
 * @param {Page} page
 * @param {Record<string, string>} values
 */
async function fillIn(page, values, form = "form") {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`${form} [name="${name}"]`);
    const kind = await field.first().evaluate((field) => field.getAttribute("type") ?? field.nodeName);
    const choice = field.and(page.locator(`[value="${value}"]`));
    if (kind === "SELECT") await field.selectOption(value);
    else if (kind === "radio" || kind === "checkbox") await choice.check();
    else await field.fill(value);
  }
}

/** @param {Record<string, string>} changes */
const preview = (changes) => async (/** @type {Page} */ page) => {
  await fill(page, { ...shortRequest(), ...changes });
  await choose("Preview")(page);
};

/**
 * Takes the sandbox off, in which nobody's script runs: not even one that looks for barriers.
 *
 * @param {Page} page
 */
async function lookInside(page) {
  await page.route("**/html", async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
}

const FORM = "/artists/night-ferry/request";
const NO_LINK = "/t/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/** @type {Kind[]} */
const FOUND = [
  { name: "home", path: "/" },
  { name: "list", path: "/artists" },
  { name: "list, filtered", path: "/artists?genre=techno&country=DE" },
  {
    name: "list, choosing a filter",
    path: "/artists",
    act: (page) => page.locator("summary", { hasText: "Country" }).click(),
  },
  {
    name: "list, who is free",
    path: `/artists?genre=techno&free=${nightIn(100)}`,
    act: (page) => page.locator("summary", { hasText: "Free on" }).click(),
  },
  { name: "list, empty", path: "/artists?q=nigth" },
  { name: "genre", path: "/genres/techno" },
  { name: "profile", path: "/artists/night-ferry" },
  { name: "profile, unclaimed", path: "/artists/dorota-i-zegary" },
  { name: "profile, without figures", path: "/artists/clara-dels-somnis" },
  { name: "profile, with a photo", path: "/artists/okra-telegraph" },
  { name: "list, with a photo", path: "/artists?q=okra+telegraph" },
  {
    name: "profile, figures as a table",
    path: "/artists/kaleidoscope-evenings",
    act: (page) => page.getByText("The same figures as a table").click(),
  },
  { name: "profile, a name from right to left", path: "/artists/sammaat-al-mahrousa" },
  { name: "claim", path: "/artists/dorota-i-zegary/claim" },
  {
    name: "claim, with errors",
    path: "/artists/dorota-i-zegary/claim",
    status: 422,
    act: async (page) => {
      await page.getByLabel("Your e-mail address").fill("dorota@localhost");
      await choose("Show my code")(page);
    },
  },
  {
    name: "claim, with a code",
    path: "/artists/dorota-i-zegary/claim",
    act: async (page) => {
      await page.getByLabel("Your e-mail address").fill("dorota@zegary.example");
      await choose("Show my code")(page);
    },
  },
  { name: "claim, of a page that is somebody's", path: "/artists/night-ferry/claim" },
  {
    name: "claim, asked",
    path: "/artists/night-ferry/claim",
    act: async (page) => {
      await page.getByLabel("Your e-mail address").fill(newAddress());
      await choose("Show my code")(page);
      await page.getByLabel("What shows that the act is yours?").fill("The code stands there now.");
      await choose("Ask a person to look")(page);
    },
  },
  { name: "claim, sent", path: "/artists/dorota-i-zegary/claim/sent" },
  { name: "leaving", path: "/leaving?to=https://nightferry.example/&from=night-ferry" },
  { name: "report", path: "/artists/night-ferry/report" },
  {
    name: "report, with errors",
    path: "/artists/night-ferry/report",
    status: 422,
    act: async (page) => {
      await page.getByLabel("What exactly?").fill("No");
      await choose("Send report")(page);
    },
  },
  {
    name: "report, sent",
    path: "/artists/night-ferry/report",
    act: async (page) => {
      await page.getByLabel("Something on the page is wrong").check();
      await page.getByLabel("What exactly?").fill("The boat sails from another quay.");
      await page.getByLabel("Your e-mail address").fill(newAddress());
      await choose("Send report")(page);
    },
  },
];

/** @type {Kind[]} */
const ASKED = [
  { name: "form", path: FORM },
  { name: "form, with errors", path: FORM, status: 422, act: choose("Preview") },
  {
    name: "form, below what the act asks",
    path: "/artists/kaleidoscope-evenings/request",
    status: 422,
    act: preview({ performance: "dj", capacity: "20" }),
  },
  { name: "preview", path: FORM, act: preview(completeRequest()) },
  {
    name: "preview, with errors",
    path: FORM,
    status: 422,
    act: async (page) => {
      await preview({})(page);
      await choose("Send request")(page);
    },
  },
  {
    name: "ended kindly, age",
    path: FORM,
    act: preview({ age: "no" }),
    cookies: ["too-young"],
  },
  { name: "ended kindly, privacy", path: FORM, act: preview({ privacy: "no" }) },
  { name: "check mail", path: ({ waiting }) => waiting.checkMail },
  { name: "check mail, corrected", path: ({ corrected }) => corrected.checkMail },
  {
    name: "check mail, with errors",
    path: ({ waiting }) => waiting.checkMail,
    status: 422,
    act: async (page, { waiting }) => {
      await page.getByLabel("Mistyped the address?").fill(waiting.promoter);
      await choose("Send to this address")(page);
    },
  },
  { name: "confirm", path: ({ waiting }) => waiting.confirm },
  { name: "sent", path: ({ open }) => open.sentPage },
];

/** @type {Kind[]} */
const TALKED_OF = [
  { name: "thread, promoter", path: ({ open }) => open.promoterSide },
  { name: "thread, artist", path: ({ open }) => open.artistSide },
  { name: "thread, accepted, promoter", path: ({ agreed }) => agreed.promoterSide },
  { name: "thread, accepted, artist", path: ({ agreed }) => agreed.artistSide },
  { name: "thread, declined", path: ({ declined }) => declined.promoterSide },
  {
    name: "thread, with errors",
    path: ({ open }) => open.promoterSide,
    status: 422,
    act: async (page) => {
      await page.getByLabel("Your answer").fill("Charge 4111 1111 1111 1111, please.");
      await choose("Send message")(page);
    },
  },
  { name: "accept", path: ({ open }) => `${open.artistSide}/accept` },
  {
    name: "accept, with errors",
    path: ({ open }) => `${open.artistSide}/accept`,
    status: 422,
    act: choose("Accept in principle"),
  },
  { name: "decline", path: ({ open }) => `${open.artistSide}/decline` },
  { name: "withdraw", path: ({ open }) => `${open.promoterSide}/withdraw` },
  { name: "counter", path: ({ open }) => `${open.artistSide}/counter` },
  {
    name: "counter, what it changes",
    path: ({ open }) => `${open.artistSide}/counter`,
    act: async (page) => {
      await page.locator("summary", { hasText: "Other dates" }).click();
      await fillIn(page, { amount: "1400", night2: nightIn(91), start2: "22:00", end2: "23:30" });
      await choose("Show what changes")(page);
    },
  },
  { name: "thread, countered", path: ({ countered }) => countered.promoterSide },
  { name: "thread, challenged", path: ({ held }) => held.promoterSide },
  { name: "thread, on hold", path: ({ second }) => second.artistSide },
  { name: "thread, confirmed", path: ({ booked }) => booked.artistSide },
  { name: "offer sheet", path: ({ countered }) => `${countered.promoterSide}/sheet` },
  {
    name: "calendar",
    path: `/artists/night-ferry/calendar?month=${nightIn(100).slice(0, 7)}`,
    member: ({ mari }) => mari,
  },
  { name: "team", path: "/artists/night-ferry/team", member: ({ mari }) => mari },
  {
    name: "team, somebody",
    path: "/artists/night-ferry/team",
    member: ({ mari }) => mari,
    act: async (page) => page.getByRole("link", { name: "Change Siim Saar" }).click(),
  },
  {
    name: "team, with errors",
    path: "/artists/night-ferry/team",
    member: ({ mari }) => mari,
    status: 422,
    act: async (page) => {
      await page.getByLabel("Their e-mail address").fill("mari@night-ferry.example, liis");
      await page.locator("form:has(#f-address)").evaluate((form) => form.setAttribute("novalidate", ""));
      await choose("Send the invitation")(page);
    },
  },
  { name: "rules", path: "/artists/night-ferry/rules", member: ({ mari }) => mari },
  { name: "papers", path: "/artists/night-ferry/papers", member: ({ mari }) => mari },
  { name: "shortlist", path: "/shortlist", member: ({ mari }) => mari },
  { name: "shortlist, empty", path: "/shortlist", member: ({ nobody }) => nobody },
  { name: "keep", path: "/artists/okra-telegraph/shortlist", member: ({ nobody }) => nobody },
  {
    name: "brief",
    path: "/requests/new?act=okra-telegraph&act=night-ferry",
    member: ({ nobody }) => nobody,
  },
  {
    name: "brief, with errors",
    path: "/requests/new?act=okra-telegraph&act=night-ferry",
    member: ({ nobody }) => nobody,
    status: 422,
    act: async (page) => {
      await page.locator("form[action='/requests/new']").evaluate((form) => form.setAttribute("novalidate", ""));
      await choose("Send the requests")(page);
    },
  },
  { name: "brief, one has said yes", path: ({ brief }) => brief, member: ({ mari }) => mari },
  { name: "the others", path: ({ brief }) => `${brief}/others`, member: ({ mari }) => mari },
  { name: "invitation", path: ({ invitation }) => invitation },
  {
    name: "calendar, with a wrong file",
    path: "/artists/night-ferry/calendar",
    member: ({ mari }) => mari,
    status: 422,
    act: async (page) => {
      const file = { name: "a.ics", mimeType: "text/calendar", buffer: Buffer.from("Monday: dentist") };
      await page.getByLabel("Calendar file", { exact: true }).setInputFiles(file);
      await choose("Block the days of this file")(page);
    },
  },
  {
    name: "attach",
    path: ({ thread }) => `${thread}/attach`,
    member: ({ jonas }) => jonas,
  },
  {
    name: "lists, new",
    path: "/requests?show=new&q=harbour",
    member: ({ mari }) => mari,
  },
  {
    name: "calendar, with errors",
    path: "/artists/night-ferry/calendar",
    member: ({ mari }) => mari,
    status: 422,
    act: async (page) => {
      await page.getByLabel("First day").fill(nightIn(30));
      await page.getByLabel("Last day").fill(nightIn(20));
      await choose("Block these days")(page);
    },
  },
  {
    name: "calendar, a secret link",
    path: "/artists/night-ferry/calendar",
    member: ({ mari }) => mari,
    act: choose("Make a secret link"),
  },
  { name: "hold", path: ({ open }) => `${open.artistSide}/hold` },
  {
    name: "hold, with errors",
    path: ({ second }) => `${second.artistSide}/hold`,
    status: 422,
    act: async (page) => {
      await page.getByLabel("Kept until the end of").evaluate((field) => field.removeAttribute("max"));
      await page.getByLabel("Kept until the end of").fill(nightIn(300));
      await choose("Change the hold")(page);
    },
  },
  { name: "stand", path: ({ held }) => `${held.promoterSide}/stand` },
  { name: "confirm a night, with errors", path: ({ overlapping }) => `${overlapping.artistSide}/confirm`, status: 422, act: choose("Confirm the night") },
  { name: "cancel", path: ({ booked }) => `${booked.promoterSide}/cancel` },
  { name: "receipt", path: ({ open }) => open.receipt },
  { name: "mailbox", path: "/dev/mailbox" },
  { name: "mail", path: ({ mail }) => mail },
  { name: "mail, its HTML", path: ({ mail }) => `${mail}/html`, prepare: lookInside },
];

/** @type {Kind[]} */
const TOLD = [
  { name: "how it works", path: "/how-it-works" },
  { name: "privacy", path: "/legal/privacy" },
  { name: "terms", path: "/legal/terms" },
  { name: "disclaimer", path: "/legal/disclaimer" },
  { name: "cookies", path: "/legal/cookies" },
  { name: "security", path: "/security" },
  { name: "contact", path: "/contact?topic=abuse" },
  {
    name: "contact, with errors",
    path: "/contact",
    status: 422,
    act: async (page) => {
      await page.getByLabel("Your message").fill("?");
      await choose("Send message")(page);
    },
  },
  {
    name: "contact, sent",
    path: "/contact?topic=question",
    act: async (page) => {
      await page.getByLabel("Your message").fill("From which quay does the ferry sail?");
      await choose("Send message")(page);
    },
  },
  { name: "link again", path: "/links/again" },
  {
    name: "link again, sent",
    path: "/links/again",
    act: async (page) => {
      await page.getByLabel("Your e-mail address").fill(newAddress());
      await choose("Send my link")(page);
    },
  },
];

/** @param {Record<string, string>} changes */
const join = (changes) => async (/** @type {Page} */ page) => {
  await fillIn(page, { ...joiner(newAddress()), ...changes });
  await choose("Make my account")(page);
};

/**
 * Sends the form for a passkey without having asked a device.
 *
 * @param {Page} page
 */
async function sendWithoutDevice(page) {
  await page.locator("form[data-passkey]").evaluate((form) => {
    if (form instanceof HTMLFormElement) form.submit();
  });
  await page.getByRole("alert").filter({ hasText: "not accepted" }).waitFor();
}

/** @param {Record<string, string>} act */
function addArtist(act) {
  return async (/** @type {Page} */ page) => {
    const form = 'form[action="/artists/add"]';
    const source = "https://festival.example/2026";
    await fillIn(page, { source, public_facts: "yes", ...act }, form);
    await choose("Add the artist")(page);
  };
}

/** @type {Kind[]} */
const OWNED = [
  { name: "sign in", path: "/sign-in" },
  {
    name: "sign in, with errors",
    path: "/sign-in",
    status: 422,
    act: async (page) => {
      await page.getByLabel("Your e-mail address").fill("jonas@localhost");
      await choose("Mail me a link")(page);
    },
  },
  {
    name: "sign in, sent",
    path: "/sign-in",
    cookies: ["browser"],
    act: async (page) => {
      await page.getByLabel("Your e-mail address").fill(newAddress());
      await choose("Mail me a link")(page);
    },
  },
  {
    name: "sign in, a passkey refused",
    path: "/sign-in",
    status: 422,
    cookies: ["passkey"],
    act: sendWithoutDevice,
  },
  { name: "sign in, the link", path: ({ asked }) => asked },
  { name: "sign in, a dead link", path: "/sign-in/aaaaaaaa", status: 404 },
  { name: "join", path: "/join" },
  {
    name: "join, with errors",
    path: "/join",
    status: 422,
    act: join({ email: "jonas@localhost" }),
  },
  { name: "join, sent", path: "/join", act: join({}), cookies: ["browser"] },
  { name: "not joined, age", path: "/join", act: join({ age: "no" }), cookies: ["too-young"] },
  { name: "not joined, privacy", path: "/join", act: join({ privacy: "no" }) },
  { name: "account", path: "/account", member: ({ jonas }) => jonas },
  {
    name: "account, with errors",
    path: "/account",
    member: ({ jonas }) => jonas,
    status: 422,
    act: async (page) => {
      await page.getByLabel("Name", { exact: true }).evaluate((field) => {
        field.removeAttribute("maxlength");
      });
      await page.getByLabel("Name", { exact: true }).fill("x".repeat(81));
      await choose("Save name")(page);
    },
  },
  { name: "requests, promoter", path: "/requests", member: ({ jonas }) => jonas },
  { name: "requests, artist", path: "/requests", member: ({ mari }) => mari },
  { name: "requests, none", path: "/requests", member: ({ nobody }) => nobody },
  { name: "edit", path: "/artists/night-ferry/edit", member: ({ mari }) => mari },
  {
    name: "edit, with errors",
    path: "/artists/night-ferry/edit",
    member: ({ mari }) => mari,
    status: 422,
    act: async (page) => {
      await page.getByLabel("Links").fill("javascript:alert(1)");
      await choose("Save")(page);
    },
  },
  {
    name: "edit, with a warning",
    path: "/artists/night-ferry/edit",
    member: ({ mari }) => mari,
    act: async (page) => {
      await page.getByLabel("About the act").fill("Write to booking@night-ferry.example.");
      await page.getByLabel("Links").fill("Call +372 5555 0123 https://nightferry.example/");
      await choose("Save")(page);
    },
  },
  {
    name: "edit, preview",
    path: "/artists/night-ferry/edit",
    member: ({ mari }) => mari,
    act: async (page) => {
      await page.getByLabel("About the act").fill("Tapes and engines.\n\nNow with brass.");
      await choose("Preview")(page);
    },
  },
  {
    name: "edit, preview of a page with a photo",
    path: "/artists/okra-telegraph/edit",
    member: ({ okra }) => okra,
    act: choose("Preview"),
  },
  { name: "figures", path: "/artists/night-ferry/figures", member: ({ mari }) => mari },
  {
    name: "figures, with errors",
    path: "/artists/night-ferry/figures",
    member: ({ mari }) => mari,
    status: 422,
    act: async (page) => {
      await page.getByLabel("How many").fill("many");
      await choose("Enter the figure")(page);
    },
  },
  { name: "photo", path: "/artists/night-ferry/photo", member: ({ mari }) => mari },
  {
    name: "photo, one is there",
    path: "/artists/okra-telegraph/photo",
    member: ({ okra }) => okra,
  },
  {
    name: "photo, with errors",
    path: "/artists/night-ferry/photo",
    member: ({ mari }) => mari,
    status: 422,
    act: async (page) => {
      const words = { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("Words.") };
      await page.getByLabel("Picture", { exact: true }).setInputFiles(words);
      await choose("Put it on the page")(page);
    },
  },
  { name: "own data, with a photo", path: "/account/data", member: ({ okra }) => okra },
  {
    name: "figures, many, with errors",
    path: "/artists/night-ferry/figures",
    member: ({ mari }) => mari,
    status: 422,
    act: async (page) => {
      await page.getByLabel("Paste rows").fill('2026-02-30,plays,-1\n2026-01-31,followers,"12');
      await choose("Look at them first")(page);
    },
  },
  {
    name: "figures, many, preview",
    path: "/artists/night-ferry/figures",
    member: ({ mari }) => mari,
    act: async (page) => {
      await page.getByLabel("Paste rows").fill(`date;metric;value\n${nightIn(-30)};popularity;48`);
      await choose("Look at them first")(page);
    },
  },
  { name: "add an artist", path: "/artists/add?name=Salt", member: ({ nobody }) => nobody },
  {
    name: "add an artist, with errors",
    path: "/artists/add",
    member: ({ nobody }) => nobody,
    status: 422,
    act: addArtist({ name: "Salt Harbour Nine", links: "javascript:alert(1)" }),
  },
  {
    name: "add an artist, with a warning",
    path: "/artists/add",
    member: ({ nobody }) => nobody,
    act: addArtist({ name: "Salt Harbour Nine", bio: "Write to salt@harbour.example." }),
  },
  {
    name: "add an artist, may be one of these",
    path: "/artists/add",
    member: ({ nobody }) => nobody,
    act: addArtist({ name: "Night Ferry" }),
  },
  {
    name: "add an artist, here already",
    path: "/artists/add",
    member: ({ nobody }) => nobody,
    status: 422,
    act: addArtist({ name: "Salt Harbour Nine", links: "https://okratelegraph.example" }),
  },
  { name: "add an artist, sent", path: "/artists/add/sent", member: ({ nobody }) => nobody },
  { name: "thread, signed in", path: ({ thread }) => thread, member: ({ jonas }) => jonas },
  { name: "receipt, signed in", path: ({ thread }) => `${thread}/receipt`, member: ({ jonas }) => jonas },
  { name: "address", path: "/account/address", member: ({ nobody }) => nobody },
  { name: "address, sent", path: "/account/address/sent", member: ({ nobody }) => nobody },
  { name: "second factor", path: "/account/second-factor", member: ({ nobody }) => nobody },
  { name: "notifications", path: "/account/notifications", member: ({ nobody }) => nobody },
  { name: "password", path: "/account/password", member: ({ nobody }) => nobody },
  {
    name: "password, with errors",
    path: "/account/password",
    member: ({ nobody }) => nobody,
    status: 422,
    act: async (page) => {
      await page.getByLabel("New password").fill("password");
      await choose("Set the password")(page);
    },
  },
  { name: "sign in with a password", path: "/sign-in/password" },
  {
    name: "sign in with a password, with errors",
    path: "/sign-in/password",
    status: 422,
    act: async (page) => {
      await page.getByLabel("Your e-mail address").fill("nobody@nowhere.example");
      await page.getByLabel("Your password").fill("not this one, I think");
      await choose("Sign in")(page);
    },
  },
  { name: "passkeys", path: "/account/passkeys", member: ({ nobody }) => nobody },
  {
    name: "passkeys, one refused",
    path: "/account/passkeys",
    member: ({ nobody }) => nobody,
    status: 422,
    cookies: ["passkey"],
    act: sendWithoutDevice,
  },
  { name: "other services", path: "/account/providers", member: ({ nobody }) => nobody },
  { name: "own data", path: "/account/data", member: ({ mari }) => mari },
  { name: "delete", path: "/account/delete", member: ({ mari }) => mari },
  {
    name: "delete, with errors",
    path: "/account/delete",
    member: ({ mari }) => mari,
    status: 422,
    act: choose("Delete my account"),
  },
  { name: "deleted", path: "/account/deleted" },
];

/** @type {Kind[]} */
const REFUSED = [
  { name: "not found", path: "/nowhere", status: 404 },
  { name: "link expired", path: NO_LINK, status: 404 },
  { name: "not bookable", path: "/artists/dorota-i-zegary/request", status: 409 },
  {
    name: "from another site",
    path: "about:blank",
    status: 403,
    act: async (page, { site }) => {
      await page.setContent(`<form method="post" action="${site.url}/contact"><button>Go</button>`);
      await choose("Go")(page);
    },
  },
];

export const PAGES = [...FOUND, ...ASKED, ...TALKED_OF, ...OWNED, ...TOLD, ...STAFF, ...REFUSED];

/**
 * Opens a page, and returns the answer it came with.
 *
 * @param {Page} page
 * @param {Kind} kind
 * @param {Scene} scene
 */
export async function open(page, kind, scene) {
  /** @type {import("@playwright/test").Response | null} */
  let last = null;
  page.on("response", (response) => {
    const request = response.request();
    const isPage = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (isPage && response.status() !== 303) last = response;
  });
  const path = typeof kind.path === "string" ? kind.path : kind.path(scene);
  if (kind.member) await carry(page.context(), scene.site, kind.member(scene));
  await kind.prepare?.(page);
  await page.goto(path);
  await kind.act?.(page, scene);
  await page.waitForLoadState("load");
  return /** @type {import("@playwright/test").Response} */ (/** @type {unknown} */ (last));
}
