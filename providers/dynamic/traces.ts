import { join, sep } from "node:path";

/** The folders of this library whose frames are between the program and the SDK. */
const LIBRARY = ["providers", "components"].map((folder) => join(__dirname, "../..", folder) + sep);

/** Makes the text of a stack trace. */
type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

/**
 * Keeps stack traces short while a resource registers itself. Returns what ends that.
 *
 * - The SDK makes four traces for each property, for its own debugging: a fifth of the time of a preview of fifty bridges.
 * - One trace, which it makes with a limit of its own, says where in the program the resource stands. The engine keeps that in
 *   the state, which it writes again at each step. Only the program's own lines say something: not those of this library, and
 *   not what called the program, Node and the SDK.
 */
export function shorterTraces(): () => void {
  const limit = Error.stackTraceLimit;
  const prepare = Reflect.get(Error, "prepareStackTrace") as Prepare | undefined;
  const short: Prepare = (error, sites) => (prepare ?? plain)(error, programOf(sites));
  Error.stackTraceLimit = 0;
  Reflect.set(Error, "prepareStackTrace", short);
  return () => {
    Error.stackTraceLimit = limit;
    Reflect.set(Error, "prepareStackTrace", prepare);
  };
}

/** What the SDK takes off the top by number, and the program up to where Node loaded it. */
function programOf(sites: NodeJS.CallSite[]): NodeJS.CallSite[] {
  const loader = sites.findIndex((site) => site.getFileName()?.startsWith("node:"));
  const called = loader < 0 ? sites : sites.slice(0, loader);
  return called.filter((site) => !LIBRARY.some((folder) => site.getFileName()?.startsWith(folder)));
}

/** As V8 does it where nobody else does. */
const plain: Prepare = (error, sites) => [String(error), ...sites.map(lineOf)].join("\n");

function lineOf(site: NodeJS.CallSite): string {
  const place = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()].join(":");
  return `    at ${site.getFunctionName() ?? "<anonymous>"} (${place})`;
}
