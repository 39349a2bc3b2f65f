import { createHash } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { connectAmi, extensionsOf, keepAmi, shownExtensions, type AmiConnection, type AmiLink } from ".";
import { actionText, AmiReader } from "./protocol";

const SECRET = "s3cr3t-of-the-test";

/** A manager port that knows login, one list, one command, an error, and an action that it never answers. */
class FakeAsterisk {
  readonly seen: string[] = [];
  private readonly sockets = new Set<Socket>();
  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeAsterisk> {
    const server = createServer();
    const fake = new FakeAsterisk(server);
    server.on("connection", (socket) => fake.serve(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get address() {
    return { host: "127.0.0.1", port: (this.server.address() as AddressInfo).port, username: "cron", secret: SECRET };
  }

  send(text: string): void {
    for (const socket of this.sockets) socket.write(text.replaceAll("\n", "\r\n"));
  }

  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket)).on("error", () => undefined);
    socket.write("Asterisk Call Manager/5.0.1\r\n");
    let pending = "";
    socket.on("data", (piece) => {
      pending += piece.toString();
      for (let at = pending.indexOf("\r\n\r\n"); at >= 0; at = pending.indexOf("\r\n\r\n")) {
        this.answer(socket, pending.slice(0, at));
        pending = pending.slice(at + 4);
      }
    });
  }

  private answer(socket: Socket, action: string): unknown {
    this.seen.push(action);
    const value = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(action.replaceAll("\r", ""))?.[1] ?? "";
    const id = `ActionID: ${value("ActionID")}`;
    const key = createHash("md5").update(`4711${SECRET}`).digest("hex");
    const say = (text: string) => socket.write(`${text}\n\n`.replaceAll("\n", "\r\n"));
    switch (value("Action")) {
      case "Challenge":
        return say(`Response: Success\n${id}\nChallenge: 4711`);
      case "Login":
        if (value("Key") === key) return say(`Response: Success\n${id}\nMessage: Authentication accepted`);
        return say(`Response: Error\n${id}\nMessage: Authentication failed`);
      case "CoreShowChannels":
        say(`Response: Success\n${id}\nEventList: start`);
        say(`Event: CoreShowChannel\n${id}\nChannel: SIP/a-1`);
        say(`Event: Hangup\nChannel: SIP/other`);
        say(`Event: CoreShowChannel\n${id}\nChannel: SIP/a-2`);
        return say(`Event: CoreShowChannelsComplete\n${id}\nEventList: Complete\nListItems: 2`);
      case "Command":
        if (value("Command").startsWith("dialplan show 4711@"))
          return say(
            `Response: Error\n${id}\nMessage: Command output follows\nOutput: There is no existence of 4711@default extension`,
          );
        return say(`Response: Success\n${id}\nMessage: Command output follows\nOutput: one\nOutput: a: b`);
      case "Redirect":
        return say(`Response: Error\n${id}\nMessage: Channel does not exist`);
      case "Logoff":
        return socket.end();
      default:
        return undefined;
    }
  }
}

let asterisk: FakeAsterisk;
let ami: AmiConnection;
beforeEach(async () => {
  asterisk = await FakeAsterisk.start();
  ami = await connectAmi(asterisk.address, { actionDeadline: 200 });
});
afterEach(async () => {
  await ami.close();
  await asterisk.stop();
});

describe("a connection", () => {
  test("logs in by challenge: the secret is never sent", () => {
    expect(asterisk.seen.join()).toContain("Username: cron");
    expect(asterisk.seen.join()).not.toContain(SECRET);
  });

  test("a wrong secret is refused in words that name host, port and user, not the secret", async () => {
    const wrong = connectAmi({ ...asterisk.address, secret: "wr0ng" });
    await expect(wrong).rejects.toThrow(
      `the manager interface of Asterisk at 127.0.0.1:${asterisk.address.port} refused to log in "cron": Login: Authentication failed`,
    );
    await expect(wrong).rejects.not.toThrow("wr0ng");
  });

  test("a list is its own events only, others reach their listeners", async () => {
    const hung: (string | undefined)[] = [];
    ami.on("Hangup", ({ channel }) => hung.push(channel));
    const channels = await ami.list("CoreShowChannels");
    expect(channels.map(({ channel }) => channel)).toEqual(["SIP/a-1", "SIP/a-2"]);
    expect(hung).toEqual(["SIP/other"]);
  });

  test("a command's output is its lines", async () => {
    expect(await ami.command("core show version")).toBe("one\na: b");
  });

  test("an extension that nothing answers is an empty list, another failure an error", async () => {
    expect(await extensionsOf(ami, "default", "4711")).toEqual([]);
    await expect(extensionsOf(ami, "default", "47 11")).rejects.toThrow("one word of letters");
  });

  test("an error says the action and Asterisk's reason", async () => {
    await expect(ami.action("Redirect", { Channel: "x" })).rejects.toMatchObject({
      message: "Redirect: Channel does not exist",
      reason: "refused",
    });
  });

  test("no answer ends with the deadline, a lost connection at once", async () => {
    await expect(ami.action("Ping")).rejects.toMatchObject({ reason: "deadline" });
    const waiting = ami.action("Ping");
    asterisk.drop();
    await expect(waiting).rejects.toMatchObject({ reason: "connection" });
    await expect(ami.action("Ping")).rejects.toMatchObject({ reason: "connection" });
  });

  test("no port there: an error with host and port", async () => {
    const { address } = asterisk;
    await asterisk.stop();
    await expect(connectAmi(address)).rejects.toThrow(/127\.0\.0\.1:\d+: connect ECONNREFUSED/);
    asterisk = await FakeAsterisk.start();
  });
});

describe("a link", () => {
  let link: AmiLink;
  const states: string[] = [];
  beforeEach(() => {
    states.length = 0;
    link = keepAmi(asterisk.address, { firstWait: 5, longestWait: 20, onState: (state) => states.push(state) });
  });
  afterEach(() => link.close());

  test("comes back by itself and keeps its listeners", async () => {
    await link.ready();
    const heard = new Promise((resolve) => link.on("FullyBooted", resolve));
    asterisk.drop();
    await new Promise<void>((resolve) => {
      const look = (): unknown => (states.includes("disconnected") ? resolve() : setTimeout(look, 2));
      look();
    });
    await link.ready();
    expect(await link.command("x")).toBe("one\na: b");
    asterisk.send("Event: FullyBooted\nStatus: Fully Booted\n\n");
    expect(await heard).toMatchObject({ status: "Fully Booted" });
    expect(states).toEqual(["connected", "disconnected", "connected"]);
  });

  test("fails at once while away", async () => {
    const away = keepAmi({ ...asterisk.address, secret: "no" }, { firstWait: 5 });
    await expect(away.action("Ping")).rejects.toMatchObject({ reason: "connection" });
    expect(away.connected).toBe(false);
    await away.close();
  });
});

describe("the protocol", () => {
  test("messages are the same however the stream is cut", () => {
    const stream =
      "Asterisk Call Manager/5.0.1\r\nEvent: A\r\nX: 1\r\nX: 2\r\n\r\nResponse: Success\r\nActionID: 7\r\n\r\n";
    const expected = [
      { event: "A", x: "1\n2" },
      { response: "Success", actionid: "7" },
    ];
    for (let size = 1; size < stream.length; size += 3) {
      const reader = new AmiReader();
      const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, at) =>
        stream.slice(at * size, (at + 1) * size),
      );
      expect(pieces.flatMap((piece) => reader.read(piece))).toEqual(expected);
      expect(reader.banner).toBe("Asterisk Call Manager/5.0.1");
    }
  });

  test("the command output of Asterisk before 14, blank lines and colons in it", () => {
    const reader = new AmiReader();
    const text =
      "Asterisk Call Manager/1.3\r\nResponse: Follows\r\nPrivilege: Command\r\nActionID: 3\r\nfirst: line\n\nthird\n--END COMMAND--\r\n\r\n";
    expect(reader.read(text)).toEqual([
      { response: "Follows", privilege: "Command", actionid: "3", output: "first: line\n\nthird\n" },
    ]);
  });

  test("a value with a line break never becomes a header", () => {
    expect(() => actionText("Originate", "1", { CallerID: "x\r\nApplication: System" })).toThrow(
      "`AMI action Originate, CallerID`: a header of the manager interface is one line",
    );
    expect(actionText("Setvar", "1", { Variable: ["a=1", "b=2"] })).toBe(
      "Action: Setvar\r\nActionID: 1\r\nVariable: a=1\r\nVariable: b=2\r\n\r\n",
    );
  });
});

test("`dialplan show` is read with contexts, labels and hints", () => {
  const output = `[ Context 'default' created by 'pbx_config' ]
  '8600' (CID match '5551000') => 1. Answer()                                   [pbx_config]
  '_9797X.' =>     1. AGI(agi://127.0.0.1:4577/call_log)         [pbx_config]
     [more]        2. Dial(SIP/telco/\${EXTEN:4},\${CAMPDTO},To)  [pbx_config]
                   3. Hangup()                                   [pbx_config]

[ Included context 'vicidial-auto-external' created by 'pbx_config' ]
  '100' =>          hint: SIP/100                                 [pbx_config]

-= 2 extensions (4 priorities) in 2 contexts. =-`;
  expect(shownExtensions(output)).toMatchObject([
    {
      context: "default",
      extension: "_9797X.",
      steps: [
        { priority: 1, application: "AGI(agi://127.0.0.1:4577/call_log)" },
        { priority: 2, label: "more", application: "Dial(SIP/telco/${EXTEN:4},${CAMPDTO},To)" },
        { priority: 3, application: "Hangup()" },
      ],
    },
    { context: "vicidial-auto-external", extension: "100", steps: [{ priority: 0, application: "SIP/100" }] },
  ]);
});
