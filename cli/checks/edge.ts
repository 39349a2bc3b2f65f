import { DEFAULT_PORT } from "../../providers/asterisk";
import { Refusal } from "../../core/refusal";
import { type Check, failed, passed, unknown } from "../check";
import { NoAnswer, probe, type ProbeTarget } from "../optionsProbe";
import type { BridgeSubject } from "../subject";
import { headerOf } from "../../core/protocols/sip/message";

/** The AI platform's edge answers SIP OPTIONS over the bridge's transport, asked from this machine. */
export const edge: Check<BridgeSubject> = {
  name: "edge",
  question: "Does the AI platform's SIP edge answer?",
  async run(subject) {
    const target = targetOf(subject);
    try {
      const { response, milliseconds, certificate } = await probe(target);
      const where = `${target.host}:${target.port} over ${target.transport}`;
      const server = headerOf(response, "server") ?? headerOf(response, "user-agent");
      const evidence = [
        `OPTIONS → ${response.status} ${response.reason} in ${milliseconds} ms${server === undefined ? "" : `, ${server}`}`,
        ...(certificate === undefined ? [] : [certificate]),
      ];
      if (response.status < 500) return passed(`${where} answers OPTIONS`, evidence);
      return failed(`${where} answers ${response.status}`, evidence, "ask the AI platform's support");
    } catch (thrown) {
      if (!(thrown instanceof NoAnswer)) throw thrown;
      if (thrown.reason === "unreachable")
        return unknown(thrown.message, [], "run it where the edge can be reached, for example on a dialler");
      return failed(
        thrown.message,
        ["asked from this machine; a dialler may have another way"],
        "check `edge` (host, transport, port), and that nothing between blocks SIP; `--edge-address` asks elsewhere",
      );
    }
  },
};

function targetOf({ plan, edgeAddress, lab }: BridgeSubject): ProbeTarget {
  const { host, transport, port = DEFAULT_PORT[transport] } = plan.edge.account;
  if (edgeAddress !== undefined) return { host, transport, port, through: addressOf(edgeAddress, port) };
  if (!lab) return { host, transport, port };
  throw new Refusal({
    field: "VOICEBRIDGE_EDGE_ADDRESS",
    rule: `the lab's edge stands in for ${host} inside the lab's own network, and its address there is not known here`,
    fix: "set it, or give `--edge-address <host[:port]>`",
  });
}

function addressOf(given: string, port: number): { host: string; port: number } {
  const [, host = "", own] = /^(\[[0-9a-fA-F:]+\]|[^\s:]+)(?::(\d{1,5}))?$/.exec(given) ?? [];
  if (host !== "") return { host: host.replace(/^\[|\]$/g, ""), port: own === undefined ? port : Number(own) };
  throw new Refusal({ field: "--edge-address", value: given, rule: "is no host or host:port", fix: "correct it" });
}
