import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { optionsRequest, sipResponse } from "../core/protocols/sip/options";
import { NoAnswer, probe } from "./optionsProbe";
import { type Responder, type ResponderOptions, startResponder } from "../test/cli/edgeResponder";
import { headerOf } from "../core/protocols/sip/message";

const open: Responder[] = [];
const responder = async (options: ResponderOptions) => {
  const one = await startResponder(options);
  open.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

test("a request that every SIP server must answer", () => {
  const { text, callId } = optionsRequest({
    host: "sip.example.com",
    port: 5061,
    transport: "tls",
    local: { address: "192.0.2.1", port: 40000 },
  });
  const lines = text.split("\r\n");
  expect(lines[0]).toBe("OPTIONS sip:sip.example.com:5061;transport=tls SIP/2.0");
  expect(lines[1]).toMatch(/^Via: SIP\/2\.0\/TLS 192\.0\.2\.1:40000;branch=z9hG4bK[0-9a-f]{16};rport$/);
  for (const name of ["Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact", "Content-Length"])
    expect(lines.filter((line) => line.startsWith(`${name}: `))).toHaveLength(1);
  expect(lines).toContain(`Call-ID: ${callId}`);
  expect(text.endsWith("\r\n\r\n")).toBe(true);
});

test("responses, whole and in pieces", () => {
  expect(sipResponse("SIP/2.0 200 OK\r\ni: a@b\r\nServer: X\r\n\r\n")).toMatchObject({ status: 200, reason: "OK" });
  expect(headerOf(sipResponse("SIP/2.0 200 OK\r\ni: a@b\r\n\r\n")!, "call-id")).toBe("a@b");
  expect(sipResponse("SIP/2.0 200 OK\r\nCall-ID: a")).toBeUndefined();
  expect(sipResponse("HTTP/1.1 400 Bad Request\r\n\r\n")).toBeUndefined();
});

describe.each(["udp", "tcp"] as const)("over %s", (transport) => {
  test("the final answer, after a provisional one", async () => {
    const { port, requests } = await responder({ transport, trying: true });
    const { response } = await probe({
      host: "sip.example.com",
      port: 5060,
      transport,
      through: { host: "127.0.0.1", port },
    });
    expect(response).toMatchObject({ status: 200, reason: "OK" });
    expect(headerOf(response, "server")).toBe("TestEdge");
    expect(requests[0]).toContain("OPTIONS sip:sip.example.com:5060");
  });

  test("an answer is an answer", async () => {
    const { port } = await responder({ transport, answer: "503 Service Unavailable" });
    expect((await probe({ host: "127.0.0.1", port, transport })).response.status).toBe(503);
  });

  test("nobody there", async () => {
    const one = await startResponder({ transport });
    await one.close();
    await expect(probe({ host: "127.0.0.1", port: one.port, transport })).rejects.toMatchObject({ reason: "refused" });
  });

  test("silence ends at the deadline", async () => {
    const { port } = await responder({ transport, lost: 99 });
    const silent = probe({ host: "127.0.0.1", port, transport, deadline: 200 });
    await expect(silent).rejects.toThrow(
      new NoAnswer("silent", `127.0.0.1:${port} (${transport}) did not answer within 0.2 s`),
    );
  });

  test("a name that nobody knows", async () => {
    const lost = probe({ host: "edge.invalid", port: 5060, transport, deadline: 5000 });
    await expect(lost).rejects.toMatchObject({ reason: "unreachable" });
  });
});

test("UDP repeats what got lost", async () => {
  const { port, requests } = await responder({ transport: "udp", lost: 1 });
  expect((await probe({ host: "127.0.0.1", port, transport: "udp" })).response.status).toBe(200);
  expect(new Set(requests).size).toBe(1);
});

test("TLS tells what the certificate is worth", async () => {
  const folder = mkdtempSync(join(tmpdir(), "voicebridge-tls-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = [
      "-subj",
      "/CN=edge.test",
      "-days",
      "2",
      "-nodes",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
    ];
    execFileSync("openssl", ["req", "-x509", ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
    const pem = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    const { port } = await responder({ transport: "tls", key: pem });
    const { response, certificate } = await probe({ host: "127.0.0.1", port, transport: "tls" });
    expect(response.status).toBe(200);
    expect(certificate).toMatch(/certificate of edge\.test, valid until .*, not verified here \(.*SELF_SIGNED.*\)/);
    const plain = await responder({ transport: "tcp", lost: 99 });
    await expect(
      probe({ host: "127.0.0.1", port: plain.port, transport: "tls", deadline: 300 }),
    ).rejects.toBeInstanceOf(NoAnswer);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
