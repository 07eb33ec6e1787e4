// An honest OpenID provider (oidc-provider) on a free port of this machine. Whoever types a name into
// its page is that person; PKCE is asked for.

import { once } from "node:events";
import { createServer } from "node:http";

// @ts-expect-error it comes without types
import Provider from "oidc-provider";

/** What a site has to be told of it. */
export const CLIENT = { id: "soundpost", secret: "a-secret-of-both-sides" };

/**
 * Starts it for a site; people are sent back there.
 *
 * @param {string} siteUrl
 */
export async function startOpenid(siteUrl) {
  /** @type {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void} */
  let answer = (_, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const issuer = `http://127.0.0.1:${address.port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${siteUrl}/sign-in/with/openid/callback`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["of this test alone"] },
    findAccount: (/** @type {unknown} */ _, /** @type {string} */ id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} Krüger`, email: `${id}@elsewhere.example`, email_verified: true }),
    }),
  });
  answer = provider.callback();
  return {
    issuer,
    /** Ends it. */
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
