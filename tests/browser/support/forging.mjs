// A provider that says what it is told to say, true or forged (oauth2-mock-server). The stories in Rust
// start it, give it orders as lines of JSON, and read a line for each. It ends with its input.
//
// An order: `now` in seconds; `claims` over those of an honest id_token, where null takes one away;
// `userinfo` instead of the subject alone; `tokens` over the other tokens; `forgery`, a name below;
// `rotate` for a new key, which signs every id_token from then on.

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { createInterface } from "node:readline";

import { OAuth2Server } from "oauth2-mock-server";

/**
 * @typedef {object} Order
 * @property {number} [now]
 * @property {Record<string, unknown>} [claims]
 * @property {Record<string, unknown>} [userinfo]
 * @property {Record<string, string>} [tokens]
 * @property {keyof typeof FORGERIES} [forgery]
 * @property {string} [secret] of the client
 * @property {boolean} [rotate]
 */

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");

/** @type {Order} */
let order = {};
/** The id_token that was given last. */
let given = "";

const { privateKey: foreign } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** @param {unknown} value */
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** @param {string} part */
const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString());

/**
 * @param {object} head
 * @param {string} payload
 */
function signedByAnother(head, payload) {
  const input = `${encode(head)}.${payload}`;
  return `${input}.${sign("sha256", Buffer.from(input), foreign).toString("base64url")}`;
}

const FORGERIES = {
  /** @type {(head: any, payload: string) => string} */
  "no signature": (head, payload) => `${encode({ ...head, alg: "none" })}.${payload}.`,
  /** @type {(head: any, payload: string, signature: string) => string} */
  "no signature, but one stands there": (head, payload, signature) =>
    `${encode({ ...head, alg: "none" })}.${payload}.${signature}`,
  /** @type {(head: any, payload: string) => string} */
  "another key under the same name": signedByAnother,
  /** @type {(head: any, payload: string) => string} */
  "a key that nobody knows": (head, payload) => signedByAnother({ ...head, kid: "other" }, payload),
  /** @type {(head: any, payload: string) => string} */
  "signed with the client's secret": (head, payload) => {
    const input = `${encode({ ...head, alg: "HS256" })}.${payload}`;
    const mac = createHmac("sha256", order.secret ?? "").update(input).digest("base64url");
    return `${input}.${mac}`;
  },
  /** @type {(head: any, payload: string, signature: string) => string} */
  "changed afterwards": (head, payload, signature) =>
    `${encode(head)}.${encode({ ...decode(payload), sub: "another" })}.${signature}`,
  /** @type {() => string} */
  "no token at all": () => "",
};

server.service.on("beforeTokenSigning", (token) => {
  const now = order.now ?? Math.floor(Date.now() / 1000);
  delete token.payload.nbf;
  Object.assign(token.payload, { iat: now, exp: now + 3600 });
  // Only the id_token is made out to somebody.
  if (!("aud" in token.payload)) return;
  for (const [name, value] of Object.entries(order.claims ?? {})) {
    if (value === null) delete token.payload[name];
    else token.payload[name] = value;
  }
});

server.service.on("beforeResponse", (response) => {
  const body = /** @type {Record<string, string>} */ (response.body);
  const [head = "", payload = "", signature = ""] = (body.id_token ?? "").split(".");
  if (order.forgery) {
    body.id_token = FORGERIES[order.forgery](decode(head), payload, signature);
    if (!body.id_token) delete body.id_token;
  }
  given = body.id_token ?? "";
  Object.assign(body, order.tokens);
});

server.service.on("beforeUserinfo", (response) => {
  response.body = order.userinfo ?? { sub: order.claims?.sub ?? "johndoe" };
});

const tell = () => console.log(JSON.stringify({ issuer: server.issuer.url, given }));

tell();
for await (const line of createInterface({ input: process.stdin })) {
  order = JSON.parse(line);
  if (order.rotate) await server.issuer.keys.generate("RS256");
  tell();
}
process.exit(0);
