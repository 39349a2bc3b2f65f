import type { Checkout } from "../checkout/checkout";
import { pathsOf } from "../checkout/paths";
import { pulumiEnvironment } from "./pulumiEnv";

const checkout: Checkout = {
  root: "/repo",
  prefix: "vb-01234567",
  ports: { database: 20001, sigmamind: 20002, sigmamindControl: 20003, edgeControl: 20004, carrierControl: 20005 },
  subnet: "10.77.3.0/24",
  secrets: {
    passphrase: "passphrase-of-state",
    databasePassword: "password-of-database",
    sigmamindApiKey: "key-of-the-simulator",
    lab: "secret-of-the-lab",
  },
};
const environment = (inherited: NodeJS.ProcessEnv) =>
  pulumiEnvironment(pathsOf("/repo"), checkout, "/repo/.tools/bin", inherited);

test("state, plugins and programs are the checkout's", () => {
  expect(environment({ PATH: "/usr/bin", LANG: "C" })).toMatchObject({
    PATH: "/repo/.tools/bin:/usr/bin",
    LANG: "C",
    PULUMI_HOME: "/repo/.tools/pulumi-home",
    PULUMI_BACKEND_URL: "file:///repo/.tools/state",
    PULUMI_CONFIG_PASSPHRASE: "passphrase-of-state",
  });
});

test("images are built by the daemon's own builder, with what buildx writes in the checkout", () => {
  const made = environment({ BUILDX_BUILDER: "elsewhere", BUILDX_CONFIG: "/home/somebody/.docker/buildx" });
  expect(made).toMatchObject({ BUILDX_CONFIG: "/repo/.tools/buildx" });
  expect(made).not.toHaveProperty("BUILDX_BUILDER");
});

test("lab and providers agree on where it is and how to get in", () => {
  expect(environment({})).toMatchObject({
    VOICEBRIDGE_LAB_PREFIX: "vb-01234567",
    VOICEBRIDGE_LAB_DATABASE_PORT: "20001",
    VICIDIAL_HOST: "127.0.0.1",
    VICIDIAL_PORT: "20001",
    VOICEBRIDGE_LAB_SIGMAMIND_CONTROL_PORT: "20003",
    SIGMAMIND_BASE_URL: "http://127.0.0.1:20002",
  });
});

test("nothing of the user's own Pulumi, VICIdial or SigmaMind gets through", () => {
  const own = {
    PULUMI_ACCESS_TOKEN: "pul-own",
    PULUMI_STACK: "production",
    PULUMI_CONFIG_PASSPHRASE_FILE: "/home/me/pass",
    VICIDIAL_HOST: "dialler.example.com",
    VICIDIAL_SOCKET: "/run/mysqld/mysqld.sock",
    VICIDIAL_TLS: "true",
    SIGMAMIND_API_KEY: "own-key",
  };
  const made = environment({ ...own });
  for (const [name, value] of Object.entries(own)) expect(made[name]).not.toBe(value);
  expect(made).not.toHaveProperty("VICIDIAL_SOCKET");
  expect(made).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
});
