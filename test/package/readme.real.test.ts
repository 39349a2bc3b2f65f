/**
 * README "On your own VICIdial", word for word: its own commands in an empty folder, plain `pulumi`, no variable of ours. What the
 * reader fills in is filled in here: where his database and SigmaMind are, and the bridge, which is README's own too.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { startSimulator } from "../../lab/sigmamind/simulator";
import { repository as repositoryOfPackage } from "../../package.json";
import { OtherCheckout } from "../kit/checkout";
import { freshDatabase } from "../kit/database";
import { repository } from "../kit/files";
import { UserFolder } from "../kit/packed";

jest.setTimeout(600_000);

const readme = readFileSync(join(repository, "README.md"), "utf8");
const sectionOf = (title: string) => new RegExp(`\n## ${title}\n([^]*?)\n## `).exec(readme)?.[1] ?? "";
const commands = [...sectionOf("On your own VICIdial").matchAll(/^ *\$ (.+)$/gm)].map(([, command = ""]) => command);
const [, bridges = ""] = /```yaml\n([^]*?)```/.exec(sectionOf("A bridge in ten lines of YAML")) ?? [];

test("a stranger's way from nothing to a bridge", async () => {
  const agent = { agentId: "SPIlVscbB0kkXBvZ", agentName: "Sales", status: "Live" } as const;
  const [database, simulator] = await Promise.all([freshDatabase({ schema: "1720" }), startSimulator()]);
  simulator.control.putAgent(agent);
  const origin = OtherCheckout.ofThisRepository();
  const user = new UserFolder();
  try {
    const url = repositoryOfPackage.url.replace(/^git\+|\.git$/g, "");
    user.write({ "home/.gitconfig": `[url "file://${origin.root}"]\n  insteadOf = ${url}\n` });
    const clone = url.split("/").at(-1) ?? "";
    const config = join(user.root, clone, "Pulumi.production.yaml");
    const answers: Record<string, string> = {
      "pulumi config set --secret vicidial:password": database.password,
      "pulumi config set --secret sigmamind:apiKey": simulator.apiKey,
    };
    const said: Record<string, string> = {};
    let below = ".";
    for (const command of commands) {
      if (command.startsWith("cd ")) {
        below = join(below, command.slice("cd ".length));
        continue;
      }
      // The reader's own file, before he first looks at what it makes.
      if (command.startsWith("pulumi preview")) fillIn(config, database, simulator.baseUrl);
      // `--yes` is what he answers.
      const typed = command === "pulumi up" ? "pulumi up --yes" : command;
      const { code, stdout, stderr } = await user.run("bash", ["-c", typed], { below, input: answers[command] });
      said[command] = stdout + stderr;
      const isVerify = command.startsWith("npx voicebridge verify");
      // No dialler stands behind this database, and verify says that it could not ask one.
      if (code !== (isVerify ? 2 : 0)) throw new Error(`${command} ended with ${code}:\n${stdout}${stderr}`);
    }

    expect(said["pulumi up"]).toMatch(/\+ 8 created/);
    // The provider's own word on PJSIP's transports is for this reader; Pulumi, Node and TypeScript have nothing to say.
    for (const command of ["pulumi preview --diff", "pulumi up"]) {
      expect(said[command]?.replace(/^.*warning: carrier aie-sigmamind: Asterisk looks up.*$/gm, "")).not.toMatch(
        /warning:|error:/i,
      );
    }
    for (const check of ["number", "agent", "rows"]) {
      expect(said["npx voicebridge verify denver"]).toMatch(new RegExp(`✓ ${check} `));
    }
    const status = execFileSync("git", ["status", "--porcelain"], { cwd: join(user.root, clone), encoding: "utf8" });
    expect(status).toBe("?? Pulumi.production.yaml\n");
    expect(readFileSync(config, "utf8")).not.toContain(database.password);
    await user.must("pulumi", ["destroy", "--yes"], { below });
  } finally {
    user.remove();
    origin.remove();
    await Promise.all([database.drop(), simulator.close()]);
  }
});

function fillIn(
  file: string,
  database: { host: string; port: number; user: string; database: string },
  api: string,
): void {
  const stack = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  // The test's site has people who use 5570 and 5571 already; the preview of a real one would name a free block too.
  const { config } = parse(bridges.replace("userStart: 5565", "userStart: 5700")) as { config: object };
  const where = {
    "vicidial:host": database.host,
    "vicidial:port": String(database.port),
    "vicidial:user": database.user,
    "vicidial:database": database.database,
    // No VICIdial runs over this database, so there is no remote agent program to wait for.
    "vicidial:drainLoopSeconds": "0",
    "sigmamind:baseUrl": api,
  };
  writeFileSync(file, stringify({ ...stack, config: { ...stack.config, ...config, ...where } }));
}
