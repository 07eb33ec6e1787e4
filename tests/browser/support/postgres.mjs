// A fresh database on the server that SOUNDPOST_TEST_POSTGRES names, by way of Debian's client.

import { execFileSync } from "node:child_process";

export const SERVER = process.env.SOUNDPOST_TEST_POSTGRES;

/** @param {string} statement */
function sql(statement) {
  if (!SERVER) throw new Error("SOUNDPOST_TEST_POSTGRES is not set");
  const quiet = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"];
  execFileSync("psql", [...quiet, "--command", statement, SERVER], { stdio: "pipe" });
}

let made = 0;

/** Makes an empty database, and returns its address and what throws it away. */
export function createDatabase() {
  const name = `soundpost_browser_${process.pid}_${++made}`;
  sql(`create database ${name}`);
  // The address may name a socket's folder instead of a host, which no URL parser takes.
  const url = /** @type {string} */ (SERVER).replace(/^(\w+:\/\/[^/?]*\/)[^?]*/, `$1${name}`);
  return { url, drop: () => sql(`drop database ${name} with (force)`) };
}
