import { completeRequest } from "../support/requests.mjs";
import { mailsTo } from "../support/mailbox.mjs";
import { nightIn, nightOfClockChange } from "../support/calendar.mjs";
import { RequestForm } from "../support/request-form.ts";
import { expect, test } from "../support/test.ts";

let form: RequestForm;

test.beforeEach(async ({ page }) => {
  form = new RequestForm(page);
  await form.open();
});

test("an empty form is answered with all that is missing, each with a way there", async () => {
  expect(await form.choose("Preview")).toBe(422);
  await form.expectErrorsAt(
    ...["event_name", "event_kind", "night1", "start1", "end1", "zone"],
    ...["venue_name", "venue_city", "venue_country", "deal"],
    ...["your_name", "role", "email", "message", "your_country", "age", "privacy"],
  );
});

test("a mistake loses nothing that was typed, in any section", async () => {
  await form.fill({ ...completeRequest(), night1: nightIn(-1), respond_by: "" });
  const typed = await form.values();
  await form.consent.check();
  expect(await form.choose("Send request")).toBe(422);
  await form.expectErrorsAt("night1");
  expect(await form.values()).toEqual(typed);
  await expect(form.consent, "consent is given anew each time").not.toBeChecked();
});

test("a request without the tick is refused, and nothing is mailed", async ({ site }) => {
  const { email = "" } = await form.fill();
  await expect(form.consent).not.toBeChecked();
  expect(await form.choose("Send request")).toBe(422);
  await form.expectErrorsAt("disclaimer_accepted");
  await expect(form.consent).not.toBeChecked();
  expect(await mailsTo(site, email)).toEqual([]);
});

test("nobody ticks or answers in advance", async ({ page }) => {
  await expect(form.consent).not.toBeChecked();
  for (const question of [/How old are you/, /Do you accept version/]) {
    const answers = page.getByRole("group", { name: question }).getByRole("radio");
    expect(await answers.count()).toBeGreaterThan(1);
    for (const answer of await answers.all()) await expect(answer).not.toBeChecked();
  }
});

test("a set that ends when it starts, or lasts half a day, is a question", async ({ page }) => {
  await form.fill({ start1: "22:00", end1: "22:00" });
  expect(await form.choose("Preview")).toBe(422);
  await form.expectErrorsAt("end1");

  await page.getByLabel("Set ends *", { exact: true }).fill("21:00");
  expect(await form.choose("Preview")).toBe(422);
  await form.expectErrorsAt("end1");
  await expect(form.summary).toContainText("more than 12 hours after it starts");
});

test("a time that the clocks skip is refused", async () => {
  const night1 = nightOfClockChange("March");
  await form.fill({ night1, zone: "Europe/Berlin", start1: "02:30", end1: "05:00" });
  expect(await form.choose("Preview")).toBe(422);
  await form.expectErrorsAt("start1");
  await expect(form.summary).toContainText("The clocks go forward that night");
});

test("of a time that comes twice the form asks which is meant", async ({ page }) => {
  const night1 = nightOfClockChange("October");
  await form.fill({ night1, zone: "Europe/Berlin", start1: "02:30", end1: "05:00" });
  expect(await form.choose("Preview")).toBe(422);
  await form.expectErrorsAt("clash1");

  await page.getByLabel("The second one, after the clocks go back").check();
  expect(await form.choose("Preview")).toBe(200);
  await expect(page.getByText(/\(the second one, after the clocks go back\)/)).toBeVisible();
});

test("a request below what the act asks is not sent, and says why", async ({ page }) => {
  await form.open("kaleidoscope-evenings");
  await expect(page.getByRole("complementary")).toContainText("EUR 800");
  const offer = { deal: "flat", amount: "700", currency: "EUR" };
  await form.fill({ ...offer, night1: nightIn(20), capacity: "150", performance: "dj" });
  await form.consent.check();
  expect(await form.choose("Send request")).toBe(422);
  await form.expectErrorsAt("night1", "amount", "capacity");
  await expect(page.getByText("That is no judgement on your event")).toBeVisible();
});

test("a card number is refused wherever it stands", async ({ page }) => {
  const message = "To be quick, charge 4111 1111 1111 1111, and see you on the boat.";
  await form.fill({ message });
  await form.consent.check();
  expect(await form.choose("Send request")).toBe(422);
  await form.expectErrorsAt("message");
  await expect(form.summary).toContainText("This looks like a card number");

  await page.getByLabel("Your message *").fill("See you on the boat, then.");
  await page.getByLabel("Slot").fill("5555 5555 5555 4444");
  expect(await form.choose("Preview")).toBe(422);
  await form.expectErrorsAt("slot");
});

test("who is too young is told so kindly, and only the browser remembers", async ({
  page,
  site,
  watch,
}) => {
  watch.cookies = ["too-young"];
  const { email = "" } = await form.fill({ age: "no" });
  await form.consent.check();
  expect(await form.choose("Send request")).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not this time");
  expect(await mailsTo(site, email)).toEqual([]);
  await page.goto("/artists/night-ferry/request");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not this time");
});

test("who does not accept the privacy policy is told so kindly", async ({ page, site }) => {
  const { email = "" } = await form.fill({ privacy: "no" });
  await form.consent.check();
  expect(await form.choose("Send request")).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Then we leave it at that");
  expect(await mailsTo(site, email)).toEqual([]);
});

test("the preview shows the whole request and leads back to all of it", async ({ page }) => {
  const request = await form.fill(completeRequest());
  const typed = await form.values();
  expect(await form.choose("Preview")).toBe(200);
  for (const name of ["event_name", "venue_name", "slot", "line_up", "past_events"]) {
    await expect(page.getByText(request[name] ?? "?").first()).toBeVisible();
  }
  await expect(form.consent).not.toBeChecked();
  expect(await form.choose("Edit again")).toBe(200);
  expect(await form.values()).toEqual(typed);
  await expect(form.consent).not.toBeChecked();
});

test("an impatient double click sends one request", async ({ page, site }) => {
  const { email = "" } = await form.fill();
  await form.consent.check();
  await page.getByRole("button", { name: "Send request" }).dblclick();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your mail");
  expect(await mailsTo(site, email)).toHaveLength(1);
});

test.describe("with a script", () => {
  test.skip(({ javaScriptEnabled }) => !javaScriptEnabled);

  test("what was typed is there again after the page was left", async ({ page }) => {
    const { event_name = "" } = await form.fill(completeRequest());
    const typed = await form.values();
    await page.goto("/how-it-works");
    await form.open();
    await expect(page.getByText("Your draft from this device is filled in")).toBeVisible();
    const { age: _age, privacy: _privacy, ...expected } = typed;
    expect(await form.values()).toEqual(expected);

    await page.getByRole("button", { name: "Start empty" }).click();
    await expect(page.getByLabel("Name of the event *")).not.toHaveValue(event_name);
    await form.open();
    await expect(page.getByText("Your draft from this device")).toHaveCount(0);
  });

  test("a draft never holds a consent or an answer about age", async ({ page }) => {
    await form.fill();
    await form.consent.check();
    const draft = await page.evaluate(() =>
      localStorage.getItem("draft:/artists/night-ferry/request"),
    );
    const kept = Object.keys(JSON.parse(draft ?? "{}").fields);
    expect(kept).toContain("message");
    expect(kept).not.toContain("disclaimer_accepted");
    expect(kept).not.toContain("age");
    expect(kept).not.toContain("privacy");
  });

  test("a request that was sent leaves no draft behind", async ({ page }) => {
    await form.fill();
    await form.consent.check();
    expect(await form.choose("Send request")).toBe(200);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your mail");
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  });

  test("the form says how much room is left for a message", async ({ page }) => {
    const { message } = completeRequest();
    await page.getByLabel("Your message *").fill(message ?? "");
    const left = (5000 - (message ?? "").length).toLocaleString("en");
    await expect(page.getByText(`${left} characters left`)).toBeVisible();
  });
});
