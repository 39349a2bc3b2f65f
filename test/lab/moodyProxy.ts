import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** `well`: passes everything on. A number: answers come so many milliseconds late. `silent`: nothing comes back. `down`: refuses. */
export type Mood = "well" | "silent" | "down" | number;

/** A TCP proxy whose far end can be well, late, mute or gone; a change holds for open connections too. */
export class MoodyProxy {
  private mood: Mood = "well";
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
    private readonly host: string,
    readonly port: number,
  ) {
    server.on("connection", (client) => this.serve(client));
  }

  /** @param host Address of this machine to listen at. */
  static async start(target: { host: string; port: number }, host = "127.0.0.1"): Promise<MoodyProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return new MoodyProxy(server, target, host, (server.address() as AddressInfo).port);
  }

  async be(mood: Mood): Promise<void> {
    if (mood === "down" && this.mood !== "down") await this.stop();
    if (mood !== "down" && this.mood === "down") {
      await new Promise<void>((resolve) => this.server.listen(this.port, this.host, resolve));
    }
    this.mood = mood;
  }

  async close(): Promise<void> {
    if (this.mood !== "down") await this.stop();
  }

  private stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private serve(client: Socket): void {
    const far = connect(this.target);
    for (const [one, other] of [
      [client, far],
      [far, client],
    ] as const) {
      this.sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    client.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => {
      if (this.mood === "silent") return;
      if (typeof this.mood === "number") setTimeout(() => client.write(bytes), this.mood);
      else client.write(bytes);
    });
  }
}
