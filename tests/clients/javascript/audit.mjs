// Runs every audit of graphql-http against an endpoint and prints one line of JSON for each.
// node audit.mjs http://127.0.0.1:8000/graphql
import { serverAudits } from "graphql-http";

const url = process.argv[2];
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const found = await audit.fn();
  const reason = found.status === "ok" ? null : (found.reason?.message ?? String(found.reason));
  console.log(JSON.stringify({ id: audit.id, name: audit.name, status: found.status, reason }));
}
