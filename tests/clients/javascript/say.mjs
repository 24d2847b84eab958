// What all programs share: where the service is, a socket to it, and lines of JSON for the test that reads them.
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

export const url = process.argv[2];
export const argument = process.argv[3] ? JSON.parse(process.argv[3]) : {};

/** One fact, on a line of its own. */
export function say(fact, value) {
  console.log(JSON.stringify({ fact, value }));
}

/** A client of graphql-transport-ws; Node before 22 has no WebSocket of its own. */
export function socket() {
  return createClient({ url: url.replace(/^http/, "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
}

/** The answer to a plain request. */
export async function post(query, variables = {}) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}
