import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { ENDS_WITHIN, startSite, type Site } from "../support/site.mjs";
import { expect, test } from "../support/test.ts";

let own: Site;

test.beforeEach(async ({ database }) => {
  own = await startSite(database);
});

/** A POST of which so far only half of the body has been sent. */
async function halfAForm() {
  const body = new URLSearchParams({ topic: "question", message: "Is this the end?" }).toString();
  const socket = connect(own.port, "127.0.0.1");
  await once(socket, "connect");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => (answer += text));
  socket.on("error", () => {});
  const closed = once(socket, "close");
  const head = [
    "POST /contact HTTP/1.1",
    `Host: localhost:${own.port}`,
    `Origin: ${own.url}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, 10)}`);
  await sleep(300);
  return {
    finish: () => socket.write(body.slice(10)),
    answer: async () => {
      await closed;
      return answer;
    },
  };
}

/** Asks the site to end, and returns how it did and after how long. */
async function end() {
  const asked = Date.now();
  own.ask();
  return { how: await own.end(), took: Date.now() - asked };
}

test("an idle site ends at once", async () => {
  const { how, took } = await end();
  expect(how).toBe(0);
  expect(took).toBeLessThan(ENDS_WITHIN);
});

test("an open browser does not keep the site from ending", async ({ page, watch }) => {
  await page.goto(`${own.url}/artists`);
  const { how, took } = await end();
  expect(how).toBe(0);
  expect(took).toBeLessThan(ENDS_WITHIN);
  // The watch minds other origins, and this test's site is one.
  watch.complaints.length = 0;
});

test("a form in flight is still answered", async () => {
  const form = await halfAForm();
  const ended = end();
  await sleep(500);
  form.finish();
  expect(await form.answer()).toMatch(/^HTTP\/1\.1 303 /);
  const { how, took } = await ended;
  expect(how).toBe(0);
  expect(took).toBeLessThan(ENDS_WITHIN);
});

test("a form that never arrives whole is not waited for", async () => {
  const form = await halfAForm();
  const { how, took } = await end();
  expect(how).toBe(0);
  expect(took).toBeLessThan(ENDS_WITHIN);
  await form.answer();
});

