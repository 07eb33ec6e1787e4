// The real program, started on a free port of this machine with data of its own.

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";

import { createDatabase } from "./postgres.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

/** The program under test. */
export const PROGRAM = resolve(
  HERE,
  "..",
  process.env.SOUNDPOST_BIN ?? "../../target/debug/soundpost",
);

/** How long the program may take from SIGTERM to its end, in milliseconds. */
export const ENDS_WITHIN = 10_000;
/** How long it may take until it answers, filling an empty database included. */
const STARTS_WITHIN = 30_000;

/** @typedef {"sqlite" | "postgres"} Database */
/** @typedef {Awaited<ReturnType<typeof startSite>>} Site */

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/**
 * Starts `soundpost demo`, and returns once it answers.
 *
 * @param {Database} database
 * @param {Record<string, string>} [more] what its environment has beside the usual
 */
export async function startSite(database = "sqlite", more = {}) {
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), "soundpost-"));
  const own = database === "postgres" ? createDatabase() : undefined;
  const where = own ? ["--database", own.url] : [];
  const command = ["demo", "--listen", `127.0.0.1:${port}`, "--data", data, ...where];
  return running(command, port, data, own, more);
}

/** The environment, without what is meant for the tests. */
function environment() {
  const all = Object.entries(process.env);
  return Object.fromEntries(all.filter(([name]) => !name.startsWith("SOUNDPOST_")));
}

/**
 * Starts `soundpost serve` with a configuration, and returns once it answers.
 *
 * @param {Database} database
 * @param {(url: string) => Promise<string>} more what the configuration says beside the necessary
 */
export async function startServing(database, more) {
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), "soundpost-"));
  const own = database === "postgres" ? createDatabase() : undefined;
  const url = `http://localhost:${port}`;
  const file = join(data, "soundpost.toml");
  const configuration = [
    `site.url = '${url}'`,
    `http.listen = '127.0.0.1:${port}'`,
    "http.workers = 2",
    "http.posts_per_minute = 1000",
    "operator.name = 'The tests'",
    "operator.email = 'operator@soundpost.example'",
    "operator.address = '1 Harbour Street, Exampleton'",
    "operator.hosting_country = 'this computer'",
    `database.url = '${own?.url ?? `sqlite:${join(data, "soundpost.db")}`}'`,
    "mail.url = 'mailbox:'",
    "mail.domain = 'soundpost.example'",
    `keys.master = '${randomBytes(32).toString("base64")}'`,
    await more(url),
  ];
  await writeFile(file, configuration.join("\n"));
  execFileSync(PROGRAM, ["migrate", "--config", file], { env: environment(), stdio: "pipe" });
  return running(["serve", "--config", file], port, data, own);
}

/**
 * Starts the program, and returns once it answers.
 *
 * @param {string[]} command
 * @param {number} port
 * @param {string} data its folder, which goes with it
 * @param {ReturnType<typeof createDatabase> | undefined} own its database, which goes with it
 * @param {Record<string, string>} [more] what its environment has beside the usual
 */
async function running(command, port, data, own, more = {}) {
  const program = spawn(PROGRAM, command, {
    env: { ...environment(), ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  program.stdout.on("data", (text) => (said += text));
  program.stderr.on("data", (text) => (said += text));
  /** @type {Promise<number | string>} */
  const ended = new Promise((resolve, reject) => {
    program.once("error", reject);
    program.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });

  /** Waits for the end; what takes too long is killed. Returns the exit code or the signal. */
  async function end() {
    const late = new AbortController();
    const killer = sleep(ENDS_WITHIN, undefined, { signal: late.signal })
      .then(() => program.kill("SIGKILL"))
      .catch(() => {});
    const how = await ended;
    late.abort();
    await killer;
    await rm(data, { recursive: true, force: true });
    own?.drop();
    return how;
  }

  const url = `http://localhost:${port}`;
  await answers(url, ended, () => said);
  return {
    url,
    port,
    /** Asks the program to end. */
    ask: () => program.kill("SIGTERM"),
    end,
    /** Ends it, and fails unless that went in order and in time. */
    async stop() {
      program.kill("SIGTERM");
      const how = await end();
      if (how !== 0) throw new Error(`the program ended with ${how}, not 0:\n${said}`);
    },
  };
}

/**
 * @param {string} url
 * @param {Promise<number | string>} ended
 * @param {() => string} said
 */
async function answers(url, ended, said) {
  let gone = false;
  ended.then(() => (gone = true)).catch(() => (gone = true));
  const until = Date.now() + STARTS_WITHIN;
  while (Date.now() < until && !gone) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`${PROGRAM} does not answer at ${url}:\n${said()}`);
}
