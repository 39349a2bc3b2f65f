import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import Docker from "dockerode";

/** A part of a lab's start. Seconds from the beginning of `pulumi up`. */
export interface Phase {
  what: string;
  from: number;
  to: number;
}

/** A container event of Docker, as far as it counts here. */
export interface ContainerEvent {
  action: string;
  /** Name of the container. */
  name: string;
  /** Epoch ms. */
  at: number;
}

/** Runs `work` and tells from Docker's own events when which container of the lab was made and when it was healthy. */
export async function watchStart(prefix: string, work: () => Promise<void>): Promise<Phase[]> {
  const stream = await new Docker().getEvents({ filters: { type: ["container"] } });
  const events: ContainerEvent[] = [];
  const lines = createInterface(stream.pipe(new PassThrough()));
  lines.on("line", (line) => events.push(eventOf(line)));
  const begin = Date.now();
  try {
    await work();
  } finally {
    (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
  }
  return phasesOf(prefix, events, begin, Date.now());
}

function eventOf(line: string): ContainerEvent {
  const { Action, Actor, timeNano } = JSON.parse(line) as {
    Action: string;
    Actor: { Attributes: { name?: string } };
    timeNano: number;
  };
  return { action: Action, name: Actor.Attributes.name ?? "", at: timeNano / 1e6 };
}

/** What came before the first container, each container until it was healthy, and the whole. */
export function phasesOf(prefix: string, events: readonly ContainerEvent[], begin: number, end: number): Phase[] {
  const seconds = (at: number): number => (at - begin) / 1000;
  const own = events.filter(({ name }) => name.startsWith(`${prefix}-`));
  const healthy = own.filter(({ action }) => action === "health_status: healthy");
  const created = (name: string): number =>
    own.find((one) => one.action === "create" && one.name === name)?.at ?? begin;
  const first = Math.min(...own.map(({ at }) => at), end);
  return [
    { what: "program, network, volumes, checks of images", from: 0, to: seconds(first) },
    ...healthy
      .filter(({ name }, index) => healthy.findIndex((one) => one.name === name) === index)
      .map(({ name, at }) => ({ what: name.slice(prefix.length + 1), from: seconds(created(name)), to: seconds(at) })),
    { what: "whole `pulumi up`", from: 0, to: seconds(end) },
  ];
}
