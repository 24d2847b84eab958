// graphql-codegen: the compiled program of codegen/program.ts, over HTTP and a socket.
// node typed.mjs http://127.0.0.1:8000/graphql '{"seller": "org_…", "person": "per_…"}'
import { print } from "graphql";
import { program } from "./codegen/built/program.js";
import { argument, post, say, socket } from "./say.mjs";

const client = socket();
const { data } = await post("{ eventPosition }");
const service = {
  say,
  ask: async (document, variables) => {
    const { data, errors } = await post(print(document), variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  },
  watch: async (document, variables) => {
    for await (const { data } of client.iterate({ query: print(document), variables })) return data;
  },
};
await program(service, argument.seller, argument.person, data.eventPosition);
await client.dispose();
