import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contextHash, filesBelow, stageContext, type ContextFile } from "./buildContext";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lab-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const files: ContextFile[] = [
  { path: "Dockerfile", content: "FROM debian\n" },
  { path: "bin/run.sh", content: "#!/bin/sh\n", executable: true },
];

test("the hash follows names, contents and executable bits, not order", () => {
  const hash = contextHash(files);
  expect(contextHash([...files].reverse())).toBe(hash);
  const others: ContextFile[][] = [
    files.slice(1),
    [...files, { path: "more", content: "" }],
    [{ path: "Dockerfile", content: "FROM debian\n\n" }, files[1]!],
    [{ path: "dockerfile", content: "FROM debian\n" }, files[1]!],
    [files[0]!, { path: "bin/run.sh", content: "#!/bin/sh\n" }],
    [files[0]!, { path: "bin/run.sh", copyOf: "x", fingerprint: "1", executable: true }],
  ];
  expect(new Set([hash, ...others.map(contextHash)]).size).toBe(others.length + 1);
});

test("a context is laid out with its modes, by a path that fits every checkout", () => {
  const { folder, hash } = stageContext("image", files, root);
  expect(folder).toBe(".tools/context/image");
  expect(hash).toBe(contextHash(files));
  expect(readFileSync(join(root, folder, "Dockerfile"), "utf8")).toBe("FROM debian\n");
  expect(statSync(join(root, folder, "Dockerfile")).mode & 0o777).toBe(0o644);
  expect(statSync(join(root, folder, "bin/run.sh")).mode & 0o777).toBe(0o755);
});

test("it is untouched while nothing changed, and has no stale file after a change", () => {
  const { folder } = stageContext("image", files, root);
  const before = statSync(join(root, folder)).ino;
  stageContext("image", [...files].reverse(), root);
  expect(statSync(join(root, folder)).ino).toBe(before);
  stageContext("image", files.slice(0, 1), root);
  expect(existsSync(join(root, folder, "bin"))).toBe(false);
});

test("a big file is taken over without being read, and copied anew when its fingerprint changes", () => {
  const binary = join(root, "binary");
  writeFileSync(binary, "1");
  const withBinary = (fingerprint: string): ContextFile[] => [
    { path: "node", executable: true, copyOf: binary, fingerprint },
  ];
  const first = stageContext("image", withBinary("v1"), root);
  rmSync(binary);
  writeFileSync(binary, "2");
  expect(stageContext("image", withBinary("v1"), root)).toEqual(first);
  const second = stageContext("image", withBinary("v2"), root);
  expect(second.hash).not.toBe(first.hash);
  expect(readFileSync(join(root, second.folder, "node"), "utf8")).toBe("2");
});

test("files of a folder: times and the umask do not matter", () => {
  const folder = join(root, "source");
  mkdirSync(join(folder, "sql"), { recursive: true });
  writeFileSync(join(folder, "sql/1.sql"), "SELECT 1");
  writeFileSync(join(folder, "run.sh"), "true");
  chmodSync(join(folder, "run.sh"), 0o700);
  const found = filesBelow(folder);
  expect(found.map(({ path, executable }) => [path, executable])).toEqual([
    ["run.sh", true],
    ["sql/1.sql", false],
  ]);
  const hash = contextHash(found);
  utimesSync(join(folder, "run.sh"), 1, 1);
  chmodSync(join(folder, "run.sh"), 0o755);
  chmodSync(join(folder, "sql/1.sql"), 0o600);
  expect(contextHash(filesBelow(folder))).toBe(hash);
});
