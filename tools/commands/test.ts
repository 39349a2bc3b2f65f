import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { delimiter, join } from "node:path";
import { messageOf } from "../../core/refusal";
import { attach } from "../terminal/command";
import { exitCode, parseFlags } from "../terminal/commandLine";
import { thisCheckout, type Paths } from "../checkout/paths";
import { prepare } from "../prepare/prepare";
import { progressOn, type Progress } from "../terminal/progress";
import { closingLine, countsOf, jestReport, sum, type Counts } from "../report/testResults";

export const parts = ["lint", "unit", "real", "calls", "mistakes"] as const;
type Part = (typeof parts)[number];

/** Tests with real-time audio in them. Beside many others on two processors, speech has gaps that no network ever had. */
const CALLS = "/test/(lab|calls|mistakes)/|/test/tools/start\\.real";
/** Those that disturb the dialler that all share: a rebuild for somebody else's bridge would put a mistake in force, or right. */
const MISTAKES = "/test/mistakes/";

/** How jest runs each part. */
const runs: Record<Exclude<Part, "lint">, { project: "unit" | "real"; about: string; args: string[] }> = {
  unit: { project: "unit", about: "unit tests", args: [`--maxWorkers=${cpus().length}`] },
  real: {
    project: "real",
    about: "real tests",
    // They mostly wait for the CLI, for Docker, for a deadline: one more than there are processors keeps them busy.
    args: [`--maxWorkers=${cpus().length + 1}`, `--testPathIgnorePatterns=${CALLS}`],
  },
  calls: {
    project: "real",
    about: "tests with real calls",
    // They wait for the people in the calls, mostly: two at a time leave the processors time for the audio.
    args: ["--maxWorkers=2", `--testPathPatterns=${CALLS}`, `--testPathIgnorePatterns=${MISTAKES}`],
  },
  mistakes: {
    project: "real",
    about: "mistakes that are made on purpose, in calls",
    args: ["--runInBand", `--testPathPatterns=${MISTAKES}`],
  },
};

/**
 * `npm test`: lint, unit tests, the tests against the real engine, database and Docker, and those with real calls. All of them
 * run, whatever fails.
 */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const { only } = parseFlags("npm test", args, { only: { about: "run one part", values: parts } });
    const progress = progressOn();
    const paths = thisCheckout();
    const wanted = (part: Part) => only === undefined || only === part;

    const counts: Counts[] = [];
    const lintFailed = wanted("lint") && (await lint(paths, progress)) !== 0;
    if (wanted("unit")) counts.push(await jest(paths, "unit", process.env, progress));
    const real = (["real", "calls", "mistakes"] as const).filter(wanted);
    if (real.length > 0) counts.push(await withTools(real, paths, progress));

    const total = sum(counts);
    if (lintFailed) progress.say("npm run lint failed; what it found is above.");
    process.stdout.write(`${closingLine(total)}\n`);
    return lintFailed || total.failed > 0 ? 1 : 0;
  });
}

function lint(paths: Paths, progress: Progress): Promise<number> {
  return progress.section("npm run lint", () => attach("npm", ["run", "--silent", "lint"], { cwd: paths.root }));
}

/** Without the tools not one of these tests can run: said with the reason, and a failure all the same. */
async function withTools(
  wanted: readonly Exclude<Part, "lint" | "unit">[],
  paths: Paths,
  progress: Progress,
): Promise<Counts> {
  let environment: NodeJS.ProcessEnv;
  try {
    environment = (await prepare(paths, progress)).environment;
  } catch (error) {
    const files = readdirSync(join(paths.root, "test"), { recursive: true, encoding: "utf8" });
    const skipped = files.filter((file) => file.endsWith(".real.test.ts")).length;
    progress.say(
      `skipped: the ${skipped} files of test/**/*.real.test.ts, because their tools are missing:\n${messageOf(error)}`,
    );
    progress.say("`npm test -- --only unit` runs what needs no tools.");
    return { passed: 0, failed: 1, skipped };
  }
  // Only the programs: state, passwords and ports of the lab are no business of a test.
  const path = environment.PATH ?? [paths.bin, process.env.PATH].join(delimiter);
  const counts: Counts[] = [];
  for (const part of wanted) {
    // The next part finds the database and the lab as this one leaves them; the last one removes them.
    const keep = part === wanted.at(-1) ? {} : { VOICEBRIDGE_KEEP_TEST_LAB: "1" };
    counts.push(await jest(paths, part, { ...process.env, ...keep, PATH: path }, progress));
  }
  return sum(counts);
}

async function jest(
  paths: Paths,
  part: Exclude<Part, "lint">,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Counts> {
  const report = join(paths.tools, "reports", `${part}.json`);
  mkdirSync(join(paths.tools, "reports"), { recursive: true });
  rmSync(report, { force: true });
  const program = join(paths.root, "node_modules/jest/bin/jest.js");
  const { project, about, args: own } = runs[part];
  const args = [program, `--selectProjects=${project}`, ...own, "--json", `--outputFile=${report}`];
  const code = await progress.section(`jest: ${about}`, () => attach(process.execPath, args, { cwd: paths.root, env }));
  if (!existsSync(report)) {
    progress.say(`jest ended with code ${code} and no report.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const counts = countsOf(jestReport.parse(JSON.parse(readFileSync(report, "utf8"))));
  // A failing global teardown fails no test.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
