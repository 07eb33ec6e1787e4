// What another program understands of a calendar file (the Python package icalendar).

import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const PYTHON = join(ROOT, "target/test-python/bin/python");
const SCRIPT = join(ROOT, "tests/python/read_calendar.py");

/**
 * @typedef {object} Entry
 * @property {string} uid
 * @property {number} sequence
 * @property {string} status
 * @property {string} start
 * @property {string} end
 * @property {string} summary
 * @property {string} location
 */

/**
 * The entries of a calendar file; an error where another program would stumble over it.
 *
 * @param {string | Buffer} file
 * @returns {Entry[]}
 */
export function entriesOf(file) {
  return JSON.parse(execFileSync(PYTHON, [SCRIPT], { input: file, encoding: "utf8" }));
}

/**
 * The only entry of the calendar file that came with a mail.
 *
 * @param {import("./mailbox.mjs").Mail} mail
 * @returns {Entry}
 */
export function entryIn(mail) {
  const file = mail.attachments.find(({ kind }) => kind.startsWith("text/calendar"));
  if (!file) throw new Error(`no calendar file came with “${mail.subject}”`);
  const [entry, ...others] = entriesOf(file.text);
  if (!entry || others.length > 0) throw new Error(`not one entry:\n${file.text}`);
  return entry;
}

/**
 * The files of a zip, as another program unpacks it into a folder.
 *
 * @param {string} zip
 * @param {string} folder
 */
export function unpack(zip, folder) {
  execFileSync(PYTHON, ["-m", "zipfile", "-e", zip, folder]);
}
