import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dialplan } from "./dialplan";
import type { Log } from "../../core/log";
import { ownNetworks, pjsipConfiguration } from "./network";

/** The fixed part of the configuration, from the image. */
const FIXED = "/etc/carrier";
const AMI_PORT = 5038;
const HEP_PORT = 9060;

export interface AsteriskOptions {
  /** Folder for the configuration of this run. */
  configuration: string;
  sounds: string;
  calls: string;
  sipPort: number;
}

/** A running Asterisk. */
export interface RunningAsterisk {
  ami: { host: string; port: number; username: string; secret: string };
  hepPort: number;
  /** Settles when it is gone. */
  ended: Promise<number>;
  /** Ends its calls and itself. */
  stop(): Promise<void>;
}

/** Writes the configuration, with a manager password of this run, and starts Asterisk as a child. */
export async function startAsterisk(options: AsteriskOptions, log: Log): Promise<RunningAsterisk> {
  const { configuration, sounds, calls, sipPort } = options;
  await cp(FIXED, configuration, { recursive: true });
  const secret = randomBytes(24).toString("hex");
  const write = (file: string, text: string): Promise<void> =>
    writeFile(join(configuration, file), text, { mode: 0o600 });
  await write("extensions.conf", dialplan({ sounds, calls }));
  await write("pjsip.conf", pjsipConfiguration(sipPort, ownNetworks()));
  await write("manager.conf", managerConfiguration(secret));
  const child = spawn("asterisk", ["-C", join(configuration, "asterisk.conf"), "-f"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<number>((resolve) => {
    child.once("error", (error) => {
      log("asterisk-failed", { error: error.message });
      resolve(1);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
  return {
    ami: { host: "127.0.0.1", port: AMI_PORT, username: "carrier", secret },
    hepPort: HEP_PORT,
    ended,
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), 3000);
  await ended;
  clearTimeout(patience);
}

function managerConfiguration(secret: string): string {
  return [
    "; Written at start by the carrier's daemon.",
    "[general]",
    "enabled=yes",
    `port=${AMI_PORT}`,
    "bindaddr=127.0.0.1",
    "",
    "[carrier]",
    `secret=${secret}`,
    "read=all",
    "write=call,system,command,reporting",
    "",
  ].join("\n");
}
