import { isIP } from "node:net";
import type { ConfigValue } from "./value.ts";
import { choice, either, isOff, list, map, OFF, refined, text, wholeNumber } from "./field.ts";
import { CIDR, LABEL } from "./formats.ts";

const CIDR_EXPECTED = "a range of addresses";
const CIDR_EXAMPLE = "10.0.0.0/8";

/** A service that the app uses: in a namespace of the cluster, or at addresses outside. */
export type AttachedService =
  | { readonly namespace: string; readonly port: number }
  | { readonly cidr: string; readonly port: number };

const CLOUD_METADATA = "cloud-metadata";

/**
 * Where clouds hand out the identity of a pod or of its node.
 *
 * Source: Google Cloud docs, "Workload Identity Federation for GKE" (with a network policy: ports 80
 * and 8080 of 169.254.169.254 with Dataplane V2, else 987 and 988 of 169.254.169.252); AWS docs,
 * "Set up the Amazon EKS Pod Identity Agent" (169.254.170.23, fd00:ec2::23) and "Use the Instance
 * Metadata Service" (169.254.169.254, fd00:ec2::254); Azure docs, "Azure Instance Metadata Service"
 * (169.254.169.254).
 */
const METADATA_ADDRESSES: readonly AttachedService[] = [
  { cidr: "169.254.169.254/32", port: 80 },
  { cidr: "169.254.169.254/32", port: 8080 },
  { cidr: "169.254.169.252/32", port: 987 },
  { cidr: "169.254.169.252/32", port: 988 },
  { cidr: "169.254.170.23/32", port: 80 },
  { cidr: "fd00:ec2::23/128", port: 80 },
  { cidr: "fd00:ec2::254/128", port: 80 },
];

/** Where a service is that the app uses. */
export const DESTINATION = refined(
  map({
    help: "A service that the app uses: in a namespace of the cluster, or at addresses outside.",
    expected: "{ namespace: redis, port: 6379 }",
    typeName: "AttachedServiceSettings",
    fields: {
      namespace: text({
        help: "Namespace of the service.",
        pattern: LABEL,
        expected: "the name of a namespace",
        example: "redis",
      }),
      cidr: refined(
        text({
          help: "Addresses of the service, where it is outside of the cluster.",
          pattern: CIDR,
          expected: CIDR_EXPECTED,
          example: CIDR_EXAMPLE,
        }),
        checkRange,
      ),
      port: wholeNumber({
        help: "Port of the service's pods or addresses.",
        required: true,
        from: 1,
        to: 65_535,
        example: 6379,
      }),
    },
    relations: [{ kind: "exactlyOne", of: ["namespace", "cidr"] }],
  }),
  ({ namespace, cidr, port }, value): AttachedService | undefined => {
    if (!value.isMap) return undefined;
    if (value.field("namespace").absent === value.field("cidr").absent)
      return value.problem("names neither or both of namespace and cidr; write one of them");
    if (port === undefined) return undefined;
    if (namespace !== undefined) return { namespace, port };
    return cidr === undefined ? undefined : { cidr, port };
  },
);

const METADATA = choice({
  help: "The addresses at which AWS, Google Cloud and Azure hand out identities.",
  words: [CLOUD_METADATA],
});

const TO = either(
  {
    help: "A service that the app uses, or `cloud-metadata`: the addresses at which AWS, Google Cloud and Azure hand out identities.",
    example: { namespace: "redis", port: 6379 },
    options: [DESTINATION, METADATA],
  },
  (value): readonly AttachedService[] | undefined => {
    if (value.value === CLOUD_METADATA) return METADATA_ADDRESSES;
    if (typeof value.value === "string")
      return value.mismatch(`${DESTINATION.expected}, or ${CLOUD_METADATA}`);
    const found = DESTINATION.check(value);
    return found && [found];
  },
);

function checkRange(range: string | undefined, value: ConfigValue): string | undefined {
  const [address = "", bits = ""] = range?.split("/") ?? [];
  const max = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (range === undefined || Number(bits) <= max) return range;
  return value.mismatch(`${CIDR_EXPECTED}, such as ${CIDR_EXAMPLE}`);
}

const RULES = map({
  help: "What may pass besides DNS and port 443.",
  expected: "{ from: [ingress-nginx], to: [{ namespace: redis, port: 6379 }] }, or off",
  typeName: "NetworkSettings",
  fields: {
    from: list({
      help: "Namespaces that may reach `web`.",
      otherwise:
        "that of the Gateway or of the controller; all of them where no controller is named",
      expected: "a list of namespaces, such as [ingress-nginx]",
      example: ["ingress-nginx"],
      minItems: 1,
      item: text({
        help: "A namespace.",
        pattern: LABEL,
        expected: "the name of a namespace",
        example: "ingress-nginx",
      }),
    }),
    to: list({
      help: "What the app's pods may reach besides port 443: its attached services.",
      default: [],
      expected: "a list, such as [{ namespace: redis, port: 6379 }]",
      example: [{ namespace: "redis", port: 6379 }],
      item: TO,
    }),
    keda: text({
      help: "Namespace of KEDA, which asks the proxy for its requests where `web` has `target: { concurrency: … }`.",
      default: "keda",
      pattern: LABEL,
      expected: "the name of a namespace",
      example: "keda",
    }),
  },
});

export const NETWORK = either(
  {
    help: "Which traffic may pass to and from the pods besides DNS and port 443; `off` for no network policy.",
    otherwise: "{}",
    example: { to: [{ namespace: "redis", port: 6379 }] },
    options: [OFF, RULES],
  },
  checkNetwork,
);

/** `dash-scale:app.network`, checked. */
export interface CheckedNetwork {
  /** Undefined: what the controller makes of it. */
  readonly from: readonly string[] | undefined;
  readonly to: readonly AttachedService[];
  /** Namespace of KEDA. */
  readonly keda: string;
}

/** Undefined where it is off. */
function checkNetwork(value: ConfigValue): CheckedNetwork | undefined {
  if (isOff(value)) return undefined;
  const { from, to, keda } = RULES.check(value);
  const given = value.field("from");
  if (Array.isArray(given.value) && given.value.length === 0) {
    given.problem(
      "names no namespace; name those that may reach web, or leave it out: then it is those of the controller, or all",
    );
  }
  return { from, to: to.flat(), keda };
}
