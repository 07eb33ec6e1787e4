// Receipts, proved by the program without site or network.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { PROGRAM } from "./site.mjs";

/**
 * Whether `soundpost receipts verify` calls a receipt valid.
 *
 * @param {string} file
 * @param {string} key
 */
export async function isValidReceipt(file, key) {
  const run = promisify(execFile)(PROGRAM, ["receipts", "verify", file, "--key", key]);
  return run.then(
    ({ stdout }) => stdout.startsWith("Valid."),
    () => false,
  );
}
