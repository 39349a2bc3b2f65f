import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aiCarrier, sipEdge, type AiCarrierArgs, type SipEdgeArgs } from "..";

// The guide's own values; the carrier of the facts' tested model differs in its number only.
const bridge = { aiPrefix: "9797", routeNumber: "+19895551234", account: "sigmamind" };
const host = "28y698lhv2f.sip.livekit.cloud";
const lead = { leadFields: ["first_name", "city"], leadService: { host: "172.31.0.1", port: 4573 } };
const transfer = { transfer: { to: ["+18135551111"], prefix: "8", callerId: "3038142839" } };
const variants: Record<string, Partial<AiCarrierArgs>> = {
  plain: {},
  headers: {
    ...lead,
    leadFields: { first_name: "X-first_name", vendor_lead_code: "X-account_id" },
    headers: { "X-source": "autumn 24" },
  },
  transfer: { ...transfer, transfer: { ...transfer.transfer, ringSeconds: 25 } },
  "transfer-hangup": { transfer: { ...transfer.transfer, onFailure: "hangup" } },
  "fallback-extension": { fallback: { extension: "8300" } },
  "fallback-ingroup": { fallback: { inGroup: "SALES" }, ringTimeout: 20 },
  "fallback-number": { fallback: { routeNumber: "+19895551235" } },
  everything: { ...lead, ...transfer, headers: { "X-source": "autumn 24" }, fallback: { routeNumber: "+19895551235" } },
};
const carriers = (["sip", "pjsip"] as const).flatMap((stack) =>
  Object.entries(variants).map(([name, args]) => [
    `carrier-${stack}-${name}`,
    aiCarrier({ ...bridge, stack, ...args }).dialplanEntry,
  ]),
);
const edgeArgs: Record<string, SipEdgeArgs> = {
  "edge-sip-udp": { account: "sigmamind", stack: "sip", host, transport: "udp" },
  "edge-pjsip-udp": {
    account: "sigmamind",
    stack: "pjsip",
    host,
    transport: "udp",
    codecs: ["g722", "ulaw"],
    qualifySeconds: 60,
  },
  "edge-pjsip-tcp": { account: "sigmamind", stack: "pjsip", host, transport: "tcp", allowTransfer: true },
  "edge-pjsip-tls": {
    account: "sigmamind",
    stack: "pjsip",
    host,
    transport: "tls",
    srtp: true,
    caPath: "/etc/ssl/certs",
  },
};
const edges = Object.entries(edgeArgs).map(([name, args]) => [name, sipEdge(args).accountEntry]);

/** `UPDATE_GOLDEN=1` rewrites the files; the review of their diff is then the test. */
test.each([...carriers, ...edges])("%s", (name = "", text) => {
  const file = join(__dirname, "golden", `${name}.conf`);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, `${text}\n`);
  expect(`${text}\n`).toBe(readFileSync(file, "utf8"));
});
