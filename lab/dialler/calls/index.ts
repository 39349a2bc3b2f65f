import { setTimeout as sleep } from "node:timers/promises";
import { keepAmi } from "../../../core/protocols/ami";
import { startFastAgi, type AgiSession, type FastAgiServer } from "../../../core/protocols/fastagi";
import { amd } from "./amd";
import { asteriskCalls } from "./asterisk";
import { agiCall } from "./agiCall";
import { callEnd, isEnd } from "./callEnd";
import { callStart } from "./callStart";
import { followChannels } from "./channels";
import type { Calls, CallsContext, StartCalls } from "./contract";
import { inGroup } from "./inGroup";
import { listen } from "./listener";
import { localOptimize } from "./localOptimize";
import { followRecordings } from "./recordings";
import { route } from "./routing";

/** VICIdial's FastAGI: what carriers' dialplans and every `h` extension call. */
const CALL_LOG_PORT = 4577;
/** What docker/dialler/etc/extensions.conf calls at the routing extensions, in place of VICIdial's AGI scripts. */
const ROUTING_PORT = 4578;

/** A conversation may last as long as the longest wait for an agent and a message on a machine. */
const CALL_MS = 15 * 60_000;

export const startCalls: StartCalls = async (context) => {
  const { settings, log } = context;
  const { host, port, user, secret } = settings.ami;
  const address = { host, port, username: user, secret };
  const ami = keepAmi(address, {
    actionDeadline: 5_000,
    onState: (state, detail) => log(`AMI ${state}`, detail === undefined ? {} : { detail }),
  });
  const servers = await Promise.all([
    serve(CALL_LOG_PORT, context, (session) => callLog(session, context)),
    serve(ROUTING_PORT, context, (session) => {
      const [script] = session.path.split("?");
      if (script === "local_optimize") return localOptimize(session, ami, context);
      if (script === "amd") return amd(session, context);
      if (script === "routing") return route(session, context);
      if (script === "ingroup") return inGroup(session, context);
      log("unknown AGI", { script: session.path });
      return undefined;
    }),
  ]).catch(async (thrown: unknown) => {
    await ami.close();
    throw thrown;
  });
  const stopListening = listen(ami, context);
  const channels = followChannels(ami, context);
  const recordings = followRecordings(context);
  const actions = asteriskCalls(ami, address);
  const calls: Calls = {
    ...actions,
    get listening() {
      return ami.connected;
    },
    async close() {
      // A turn may be waiting for Asterisk, the database or a recording to come to rest.
      await Promise.race([Promise.all([channels.close(), recordings.close()]), sleep(1_000)]);
      await actions.close();
      await stopListening();
      await Promise.all(servers.map((server) => server.close(1_000)));
      await ami.close();
    },
  };
  return calls;
};

function serve(
  port: number,
  { log }: CallsContext,
  handle: (session: AgiSession) => Promise<void> | void,
): Promise<FastAgiServer> {
  return startFastAgi({
    port,
    handle,
    limits: { sessionMs: CALL_MS },
    onProblem: (problem) => log("FastAGI", { port, problem }),
  });
}

/** `agi://127.0.0.1:4577/call_log…`: the extension decides whether the call starts or ends. */
async function callLog(session: AgiSession, context: CallsContext): Promise<void> {
  if (!session.path.startsWith("call_log")) context.log("unknown AGI", { script: session.path });
  else await (isEnd(agiCall(session).extension) ? callEnd(session, context) : callStart(session, context));
}
