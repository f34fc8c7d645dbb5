import type { PodToken } from "../manifest/pod.ts";
import { annotations } from "./annotations.ts";
import { entries, map, refined, text, wholeNumber } from "./field.ts";
import { ANNOTATION, AUDIENCE, LABEL_VALUE, SUBDOMAIN } from "./formats.ts";
import type { ConfigValue } from "./value.ts";

const ROLE = {
  key: "eks.amazonaws.com/role-arn",
  value: "arn:aws:iam::123456789012:role/shop",
};
/** The key of annotations and labels of Azure's webhook begins with it. */
const AZURE = "azure.workload.identity/";
/**
 * Only pods with this label get a token. Source: Azure Workload Identity, "Service Account Labels
 * and Annotations".
 */
const AZURE_LABEL = { [`${AZURE}use`]: "true" };

const TOKEN = refined(
  map({
    help: "A token for who trusts the cluster's issuer, such as a cloud or Vault, in the file `/var/run/secrets/dash-scale/token`. It is good for its audience alone, never for the cluster's API. Clouds whose webhook brings a token of its own (EKS, AKS) and GKE need none.",
    otherwise: "none",
    expected: "{ audience: sts.amazonaws.com }",
    fields: {
      audience: refined(
        text({
          help: "Whom the token is for.",
          required: true,
          pattern: AUDIENCE,
          expected: "the audience that the other side expects",
          example: "sts.amazonaws.com",
        }),
        checkAudience,
      ),
      expiry: wholeNumber({
        help: "Seconds that it is good for; the kubelet renews it before.",
        default: 3600,
        from: 600,
        to: 86_400,
        example: 3600,
      }),
    },
  }),
  ({ audience, expiry }): PodToken | undefined =>
    audience === undefined ? undefined : { audience, expirationSeconds: expiry },
);

/** `dash-scale:app.serviceAccount`, checked. */
export interface CheckedServiceAccount {
  /** Name of one that exists; undefined: it is declared here. */
  readonly name: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly token: PodToken | undefined;
}

/** The key `dash-scale:app.serviceAccount`. */
export const SERVICE_ACCOUNT = refined(
  map({
    help: "The identity of the app's pods, for the identities of clouds. It has no rights in the cluster, and the pods have no token for the cluster's API.",
    otherwise: "a ServiceAccount of the app's own, known to nobody else",
    expected: `{ annotations: { ${ROLE.key}: ${ROLE.value} } }`,
    typeName: "ServiceAccountSettings",
    fields: {
      name: text({
        help: "Name of a ServiceAccount that exists in the namespace, in place of the app's own.",
        otherwise: "none",
        pattern: SUBDOMAIN,
        expected: "the name of a ServiceAccount",
        example: "shop-identity",
      }),
      annotations: annotations(
        "Annotations of the app's own ServiceAccount, by which a cloud knows its role: `eks.amazonaws.com/role-arn`, `iam.gke.io/gcp-service-account` or `azure.workload.identity/client-id`. With Azure's, the pods get the label that its webhook looks for.",
        ROLE,
      ),
      podLabels: refined(
        entries({
          help: 'Labels of the pods, for a webhook that looks for them; with `name`, Azure needs `azure.workload.identity/use: "true"`.',
          otherwise: "none",
          expected: '{ azure.workload.identity/use: "true" }',
          example: { "azure.workload.identity/use": "true" },
          key: { name: "KEY", pattern: ANNOTATION },
          value: text({
            help: "Its value.",
            pattern: LABEL_VALUE,
            expected: "the value of a label; put numbers, true and false in quotes",
            example: "true",
          }),
        }),
        checkLabels,
      ),
      token: TOKEN,
    },
    relations: [{ kind: "excludes", key: "name", other: "annotations" }],
  }),
  checkServiceAccount,
);

/** With such a token the cluster's API would let the pods in. */
const OF_THE_API = /\bkubernetes\.default\b/;

function checkAudience(audience: string | undefined, value: ConfigValue): string | undefined {
  if (audience === undefined || !OF_THE_API.test(audience)) return audience;
  return value.problem("is the cluster's own API, which the pods have no access to; name another");
}

/** Labels of these are dash-scale's own: selectors go by them. */
const RESERVED_LABEL = /^app\.kubernetes\.io\//;

function checkLabels(
  checked: ReadonlyMap<string, string | undefined> | undefined,
  value: ConfigValue,
): Readonly<Record<string, string>> {
  const labels = [...(checked ?? [])].map(([key, item]): [string, string] => [key, item ?? ""]);
  for (const [key] of labels) {
    if (!ANNOTATION.test(key))
      value
        .field(key)
        .problem(
          "the key is not one of a label; expected a name, or PREFIX/NAME such as example.com/team",
        );
    else if (RESERVED_LABEL.test(key))
      value
        .field(key)
        .problem(`${key} is set by dash-scale, which finds the pods by it; leave it out`);
  }
  return Object.fromEntries(labels);
}

function checkServiceAccount(
  given: CheckedServiceAccount,
  value: ConfigValue,
): CheckedServiceAccount {
  if (!value.field("name").absent && !value.field("annotations").absent)
    value
      .field("annotations")
      .problem(
        "are for the app's own ServiceAccount, and name is that of another; keep one of the two",
      );
  const isOfAzure = Object.keys(given.annotations).some((key) => key.startsWith(AZURE));
  return isOfAzure ? { ...given, podLabels: { ...AZURE_LABEL, ...given.podLabels } } : given;
}
