import type { Refused } from "../../../core/refusal";
import { CARRIER_CONTEXT } from "../text/dialplanText";
import { isForAll, type LoadedExtension } from "./dialplan";
import { parseDialplan } from "./parse";
import { covers } from "./pattern";
import {
  diallerDialplan,
  generatedTexts,
  type GeneratedText,
  nameOf,
  sameOwner,
  type CarrierDialplan,
  type DiallerSources,
  type Owner,
} from "./resolve";

/**
 * What would go wrong with a carrier on one dialler, beside the other active carriers, the phones, the site's custom texts
 * and VICIdial's own extensions: an extension that somebody else defines already, or one that no call can reach. Overlapping patterns are
 * no conflict: the more specific one wins, which is how an AI carrier shares a telephony carrier's prefix.
 *
 * @param sources the dialler's other sources; a row of the same carrier id among them is left out.
 */
export function carrierConflicts(candidate: CarrierDialplan, sources: DiallerSources): Refused[] {
  const others = sources.carriers.filter((carrier) => !sameId(carrier, candidate));
  const carriers = [...others, candidate];
  const texts = generatedTexts(carriers);
  const dialplan = diallerDialplan({ ...sources, carriers }, texts);
  const self: Owner = { kind: "carrier", carrierId: candidate.carrierId };
  const swallowed = swallowedBy(texts, candidate);
  if (swallowed) return [swallowed];
  const own = parseDialplan(candidate.dialplanEntry);
  const contexts = [CARRIER_CONTEXT, ...own.sections];
  const searched = dialplan.searched("default");
  const earlier = searched.slice(0, searched.indexOf(CARRIER_CONTEXT)).flatMap((one) => dialplan.extensionsOf(one));
  return [
    ...contexts.flatMap((context) => dialplan.extensionsOf(context).flatMap((one) => shared(one, self))),
    ...dialplan.extensionsOf(CARRIER_CONTEXT).flatMap((one) => unreachable(one, self, earlier)),
  ];
}

function sameId(left: CarrierDialplan, right: CarrierDialplan): boolean {
  return left.carrierId.toLowerCase() === right.carrierId.toLowerCase();
}

function swallowedBy(texts: readonly GeneratedText[], candidate: CarrierDialplan): Refused | undefined {
  const at = texts.findIndex((text) => text.carrierId === candidate.carrierId);
  const startsIn = texts[at]?.startsIn ?? CARRIER_CONTEXT;
  if (startsIn === CARRIER_CONTEXT) return undefined;
  const culprit =
    texts.slice(0, at).findLast((text) => text.parsed.sections.includes(startsIn))?.carrierId ?? "another";
  return {
    field: "dialplanEntry",
    rule: `carrier ${culprit} opens [${startsIn}] and does not reopen [${CARRIER_CONTEXT}], so this carrier's lines would land there, out of reach`,
    fix: `add the line [${CARRIER_CONTEXT}] at the end of carrier ${culprit}'s dialplan entry`,
  };
}

// One extension from two texts: who comes second in the file loses his lines, and his surplus ones are appended to the
// other's extension (docs/facts/vicidial.md#same-extension-twice).
function shared(extension: LoadedExtension<Owner>, self: Owner): Refused[] {
  const mine = (one: { owner: Owner }) => sameOwner(one.owner, self);
  const own = extension.priorities.find(mine) ?? extension.refused.find(mine);
  if (!own) return [];
  const other = [...extension.priorities, ...extension.refused].find((one) => !mine(one));
  if (!other) return extension.refused.length === 0 ? [] : [twice(extension)];
  return [
    {
      field: "dialplanEntry",
      value: own.written,
      rule: `Asterisk takes it and ${other.written} of ${nameOf(other.owner)} for one extension of [${extension.context}]: the first text's lines stand, surplus ones of the second are mixed in`,
      fix: wayOut(other.owner, "choose another extension"),
    },
  ];
}

function twice(extension: LoadedExtension<Owner>): Refused {
  return {
    field: "dialplanEntry",
    value: extension.pattern.text,
    rule: `the text defines a priority of extension ${extension.pattern.text} in [${extension.context}] twice; Asterisk refuses the second`,
    fix: "number the priorities with `n`, and start each extension once with 1",
  };
}

/**
 * @param earlier extensions of the contexts that are searched before the carriers' (docs/facts/vicidial.md#search-order).
 */
function unreachable(
  extension: LoadedExtension<Owner>,
  self: Owner,
  earlier: readonly LoadedExtension<Owner>[],
): Refused[] {
  const mine = extension.priorities.some(({ priority, owner }) => priority === 1 && sameOwner(owner, self));
  const before = mine ? earlier.find((one) => isForAll(one) && covers(one.pattern, extension.pattern)) : undefined;
  const owner = before?.priorities.find(({ priority }) => priority === 1)?.owner;
  if (!before || !owner) return [];
  return [
    {
      field: "dialplanEntry",
      value: extension.pattern.text,
      rule: `no call reaches ${extension.pattern.text}: ${before.pattern.text} of ${nameOf(owner)} fits the same dial strings, and [${before.context}] is searched before the carriers`,
      fix: wayOut(owner, "choose another prefix"),
    },
  ];
}

function wayOut(owner: Owner, own: string): string {
  if (owner.kind === "carrier") return `choose another pattern, or deactivate ${nameOf(owner)}`;
  if (owner.kind === "phone") return `${own}, or give the phone another dialplan number`;
  if (owner.kind !== "custom") return own;
  const page = owner.serverIp === undefined ? "System Settings" : "Servers";
  return `${own}, or change the pattern in Admin → ${page} → Custom Dialplan Entry`;
}
