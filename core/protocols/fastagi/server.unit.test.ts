import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  AgiClosedError,
  AgiCommandError,
  startFastAgi,
  type AgiSession,
  type FastAgiOptions,
  type FastAgiServer,
} from ".";

/** Servers and sockets of one test, closed after it. */
const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function serve(options: Omit<FastAgiOptions, "port">): Promise<FastAgiServer & { problems: string[] }> {
  const problems: string[] = [];
  const server = await startFastAgi({ ...options, port: 0, onProblem: (message) => problems.push(message) });
  open.push({ close: () => server.close(0) });
  return Object.assign(Object.create(server) as FastAgiServer, { problems });
}

/** Asterisk's side of a conversation: real bytes over a real socket. */
class Peer {
  private text = "";
  private closed = false;
  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true).setEncoding("utf8");
    socket.on("data", (part: string) => (this.text += part));
    socket.on("close", () => (this.closed = true));
    socket.on("error", () => undefined);
  }

  static async to(server: FastAgiServer): Promise<Peer> {
    const socket = connect(server.port, server.host);
    const peer = new Peer(socket);
    open.push({ close: () => socket.destroy() });
    await once(socket, "connect");
    return peer;
  }

  write(...lines: string[]): this {
    this.socket.write(lines.map((line) => `${line}\n`).join(""));
    return this;
  }

  /** Byte by byte, each in a packet of its own. */
  async dribble(text: string): Promise<void> {
    for (const byte of Buffer.from(text)) {
      this.socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
  }

  call(path = "lead", ...args: string[]): this {
    const first = ["agi_network: yes", `agi_network_script: ${path}`, "agi_calleridname: V1221116230000000008"];
    return this.write(...first, ...args.map((arg, at) => `agi_arg_${at + 1}: ${arg}`), "");
  }

  /** The next line from the server; undefined when it closes instead. */
  async line(): Promise<string | undefined> {
    while (!this.text.includes("\n")) {
      if (this.closed) return undefined;
      await Promise.race([once(this.socket, "data"), once(this.socket, "close")]);
    }
    const end = this.text.indexOf("\n");
    const line = this.text.slice(0, end);
    this.text = this.text.slice(end + 1);
    return line;
  }

  close(): void {
    this.socket.destroy();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  half(): void {
    this.socket.end();
  }
}

/** What a handler has come to, and when. */
function outcome<T>(): { set: (value: T) => void; value: Promise<T> } {
  let set: (value: T) => void = () => undefined;
  const value = new Promise<T>((resolve) => (set = resolve));
  return { set, value };
}

test("a conversation: environment, commands one after another, close when the handler returns", async () => {
  const server = await serve({
    async handle(session) {
      expect(session.path).toBe("lead");
      expect(session.args).toEqual(["city", "comments"]);
      expect(session.env.get("agi_calleridname")).toBe("V1221116230000000008");
      await Promise.all([session.setVariable("_AIBL_city", 'say "hi" \\'), session.command("VERBOSE", "x", "1")]);
      expect(await session.getVariable("CALLERID(name)")).toBe("Ada");
      expect(await session.getVariable("NOTHING")).toBeUndefined();
      expect(await session.exec("NoOp", "a,b")).toEqual({ code: 200, result: "0", data: "" });
    },
  });
  const peer = (await Peer.to(server)).call("lead", "city", "comments");
  expect(await peer.line()).toBe('SET VARIABLE "_AIBL_city" "say \\"hi\\" \\\\"');
  peer.write("200 result=1");
  expect(await peer.line()).toBe('VERBOSE "x" "1"');
  peer.write("200 result=1");
  expect(await peer.line()).toBe('GET VARIABLE "CALLERID(name)"');
  peer.write("200 result=1 (Ada)");
  expect(await peer.line()).toBe('GET VARIABLE "NOTHING"');
  peer.write("200 result=0");
  expect(await peer.line()).toBe('EXEC "NoOp" "a,b"');
  peer.write("200 result=0");
  expect(await peer.line()).toBeUndefined();
  expect(server.problems).toEqual([]);
});

test("every byte in a packet of its own changes nothing", async () => {
  const seen = outcome<string | undefined>();
  const server = await serve({ handle: async (session) => seen.set(await session.getVariable("X")) });
  const peer = await Peer.to(server);
  await peer.dribble("agi_network: yes\r\nagi_network_script: lead\r\n\r\n");
  expect(await peer.line()).toBe('GET VARIABLE "X"');
  await peer.dribble("200 result=1 (Zürich 你好)\r\n");
  expect(await seen.value).toBe("Zürich 你好");
});

test("environment and first reply in one packet: nobody asked yet, so the session ends", async () => {
  const server = await serve({ handle: () => undefined });
  const peer = (await Peer.to(server)).write("agi_network: yes", "", "200 result=1");
  expect(await peer.line()).toBeUndefined();
});

test("HANGUP is told, before or between replies, and commands go on", async () => {
  const seen = outcome<boolean>();
  const server = await serve({
    async handle(session) {
      await session.command("NOOP");
      await session.command("NOOP");
      seen.set(session.hungUp.aborted && !session.signal.aborted);
    },
  });
  const peer = (await Peer.to(server)).call();
  await peer.line();
  peer.write("HANGUP", "200 result=1");
  await peer.line();
  peer.write("200 result=1");
  expect(await seen.value).toBe(true);
});

test("a refused command is an error that names the verb and the code only; the session goes on", async () => {
  const seen = outcome<unknown>();
  const server = await serve({
    async handle(session) {
      await session.setVariable("secret", "hunter2").catch(seen.set);
      await session.command("NOOP");
    },
  });
  const peer = (await Peer.to(server)).call();
  await peer.line();
  peer.write("511 Command Not Permitted on a dead channel or intercept routine");
  expect(await seen.value).toEqual(new AgiCommandError("SET VARIABLE", 511));
  expect(String(await seen.value)).not.toMatch(/hunter2/);
  expect(await peer.line()).toBe("NOOP");
  peer.write("200 result=0");
  expect(await peer.line()).toBeUndefined();
});

test("nothing is sent of a command that is refused here", async () => {
  const seen = outcome<unknown[]>();
  const server = await serve({
    async handle(session) {
      const attempts = [
        session.setVariable("x", "a\nEXEC System id"),
        session.setVariable("SHELL(id)\n", "x"),
        session.setVariable("x", "y".repeat(3000)),
      ];
      const results = await Promise.allSettled(attempts);
      seen.set(results.map((result) => result.status === "rejected" && result.reason instanceof RangeError));
    },
  });
  const peer = (await Peer.to(server)).call();
  expect(await peer.line()).toBeUndefined();
  expect(await seen.value).toEqual([true, true, true]);
});

describe.each<[string, (peer: Peer) => unknown, string]>([
  ["HTTP", (peer) => peer.write("GET / HTTP/1.1", "Host: x", ""), "another line"],
  ["a name twice", (peer) => peer.write("agi_arg_1: secret", "agi_arg_1: b", ""), "twice"],
  ["a line without end", (peer) => peer.write(`agi_a: ${"secret".repeat(3000)}`), "bytes"],
  ["endless lines", (peer) => peer.write(...Array.from({ length: 500 }, (_, at) => `agi_x${at}: secret`)), "lines"],
  ["bytes of nothing", (peer) => peer.write("\0\x01\xff"), "another line"],
])("an environment that is none: %s", (_what, send, problem) => {
  test("is cut, is told without what it said, and the next one is served", async () => {
    const calls: AgiSession[] = [];
    const server = await serve({ handle: (session) => void calls.push(session) });
    const hostile = await Peer.to(server);
    send(hostile);
    expect(await hostile.line()).toBeUndefined();
    expect(calls).toEqual([]);
    expect(server.problems).toEqual([expect.stringContaining(problem)]);
    expect(server.problems.join()).not.toContain("secret");
    const next = (await Peer.to(server)).call();
    expect(await next.line()).toBeUndefined();
    expect(calls).toHaveLength(1);
  });
});

describe("replies that are none end the session", () => {
  test.each([
    ["not asked for", ["200 result=1", "200 result=1"]],
    ["not a reply", ["secret"]],
    ["endless", [`200 result=1 (${"secret".repeat(2000)}`]],
  ])("%s", async (_what, lines) => {
    const seen = outcome<unknown>();
    const server = await serve({
      async handle(session) {
        await session.command("NOOP").catch(seen.set);
        if (!session.signal.aborted) await once(session.signal, "abort");
        seen.set(session.signal.reason);
      },
    });
    const peer = (await Peer.to(server)).call();
    await peer.line();
    peer.write(...lines);
    expect(await peer.line()).toBeUndefined();
    expect(await seen.value).toMatchObject({ name: "AgiClosedError", end: "protocol" });
    expect(server.problems.join()).not.toContain("secret");
  });
});

describe("peers that are slow or leave", () => {
  test("an environment that does not come in time", async () => {
    const server = await serve({ handle: () => undefined, limits: { environmentMs: 50 } });
    const peer = (await Peer.to(server)).write("agi_network: yes");
    expect(await peer.line()).toBeUndefined();
    expect(server.problems).toEqual([expect.stringContaining("deadline")]);
  });

  test("a reply that does not come: the deadline ends the command, the signal and the socket", async () => {
    const seen = outcome<unknown>();
    const server = await serve({
      limits: { sessionMs: 50 },
      async handle(session) {
        await session.command("NOOP").catch(seen.set);
        expect(session.signal.aborted).toBe(true);
        await expect(session.command("NOOP")).rejects.toThrow(AgiClosedError);
      },
    });
    const peer = (await Peer.to(server)).call();
    expect(await peer.line()).toBe("NOOP");
    expect(await peer.line()).toBeUndefined();
    expect(await seen.value).toMatchObject({ end: "deadline" });
  });

  test.each<[string, (peer: Peer) => void]>([
    ["closes", (peer) => peer.close()],
    ["closes its half", (peer) => peer.half()],
    ["resets the connection", (peer) => peer.reset()],
  ])("a peer that %s: pending commands fail, nothing is news", async (_what, leave) => {
    const seen = outcome<unknown>();
    const server = await serve({ handle: (session) => session.command("NOOP").then(() => undefined, seen.set) });
    const peer = (await Peer.to(server)).call();
    await peer.line();
    leave(peer);
    expect(await seen.value).toMatchObject({ name: "AgiClosedError" });
    expect(server.problems).toEqual([]);
  });

  test("a handler that fails: its message is a problem, its call is let go", async () => {
    const server = await serve({ handle: () => Promise.reject(new Error("no database")) });
    const peer = (await Peer.to(server)).call();
    expect(await peer.line()).toBeUndefined();
    expect(server.problems).toEqual(["handler: no database"]);
  });
});

describe("the server as a whole", () => {
  test("over its number of sessions a connection is closed at once", async () => {
    const server = await serve({ handle: (session) => session.command("NOOP").then(), limits: { sessions: 1 } });
    const first = (await Peer.to(server)).call();
    expect(await first.line()).toBe("NOOP");
    const second = (await Peer.to(server)).call();
    expect(await second.line()).toBeUndefined();
    expect(server.problems).toEqual([expect.stringContaining("refused")]);
    expect(server.sessions).toBe(1);
  });

  test("closing lets running sessions end and takes no new one", async () => {
    const server = await serve({ handle: (session) => session.command("NOOP").then() });
    const peer = (await Peer.to(server)).call();
    await peer.line();
    const closed = server.close(60_000);
    await expect(Peer.to(server)).rejects.toThrow("ECONNREFUSED");
    peer.write("200 result=0");
    await closed;
    expect(await peer.line()).toBeUndefined();
  });

  test("closing cuts what does not end", async () => {
    const seen = outcome<unknown>();
    const server = await serve({ handle: (session) => session.command("NOOP").then(() => undefined, seen.set) });
    const peer = (await Peer.to(server)).call();
    await peer.line();
    await server.close(0);
    expect(await seen.value).toMatchObject({ end: "server closed" });
  });

  test("a port that is taken, and commands longer than Asterisk reads, are refused at the start", async () => {
    const server = await serve({ handle: () => undefined });
    await expect(startFastAgi({ port: server.port, handle: () => undefined })).rejects.toThrow("EADDRINUSE");
    await expect(startFastAgi({ handle: () => undefined, limits: { commandBytes: 2048 } })).rejects.toThrow(RangeError);
  });
});
