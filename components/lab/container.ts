import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

/** A service of the lab: one container that is kept running. */
export interface LabContainerArgs {
  prefix: string;
  /** Name of the container after the prefix, and its name in the lab's network. */
  service: string;
  /** Name or id of the image. */
  image: pulumi.Input<string>;
  network: docker.Network;
  /** Its fixed address in the lab's network, where others know it by its address. */
  address?: string;
  /** Further names in the lab's network. */
  aliases?: string[];
  /** Ports on 127.0.0.1 of this machine. */
  publish: { internal: number; external: number }[];
  /** Environment. Its values are secret in state and previews: a password is never far from the rest. */
  environment: Record<string, pulumi.Input<string>>;
  /** Where the service keeps its data, if it must outlive the container. */
  data?: { volume: docker.Volume; path: string };
  check: {
    /** Program in the image that ends with 0 when the service can be used, and its arguments. */
    command: string[];
    /** For how long failures do not count after the start. Go's shortest form, `10s` or `1m0s`. */
    grace: string;
    /** Seconds after which `pulumi up` gives up. */
    deadlineSeconds: number;
  };
  /** Containers without which it must begin anew: it is replaced when one of them is. */
  restartWith?: docker.Container[];
  /** Seconds that the service gets to write its data down before it is killed. */
  flushSeconds: number;
}

/** Runs a service of the lab and waits until it is healthy. */
export function labContainer(
  name: string,
  args: LabContainerArgs,
  options: pulumi.CustomResourceOptions,
): docker.Container {
  const { prefix, service, image, network, address, aliases = [], publish, data, check, restartWith = [] } = args;
  const healthcheck = {
    tests: ["CMD", ...check.command],
    interval: "2s",
    timeout: "5s",
    startPeriod: check.grace,
    retries: 5,
  };
  return new docker.Container(
    name,
    {
      name: `${prefix}-${service}`,
      image,
      restart: "unless-stopped", // also after the machine was restarted
      networksAdvanced: [
        { name: network.name, aliases: [service, ...aliases], ...(address && { ipv4Address: address }) },
      ],
      ports: publish.map((port) => ({ ...port, ip: "127.0.0.1" })),
      envs: secretEnvironment(args.environment),
      ...(data && { volumes: [{ volumeName: data.volume.name, containerPath: data.path }] }),
      healthcheck,
      wait: true,
      waitTimeout: check.deadlineSeconds,
      destroyGraceSeconds: args.flushSeconds,
      // The official plugin only pretends to change a health check in place; a changed label makes a new container.
      labels: [
        { label: "voice-ai-bridges.healthcheck", value: JSON.stringify(healthcheck) },
        ...restartWith.map(({ id }, index) => ({ label: `voice-ai-bridges.with.${index}`, value: id })),
      ],
    },
    options,
  );
}

/** `NAME=value` lines, secret as a whole: a preview shows none of it. */
function secretEnvironment(environment: Record<string, pulumi.Input<string>>): pulumi.Output<string[]> {
  const lines = Object.entries(environment).map(([key, value]) => pulumi.interpolate`${key}=${value}`);
  return pulumi.secret(pulumi.all(lines));
}
