/**
 * Which changes need a new object in place of the old one. The table is the official provider's
 * (pulumi/pulumi-kubernetes, provider/pkg/provider/diff.go): a field that is immutable but not
 * listed is refused by the cluster in both.
 */
import { getPath, isObject, words } from "../shared/json.ts";
import type { Json, JsonObject, Path } from "../shared/json.ts";
import type { Change } from "./changes.ts";
import { contains, parsePath } from "../../../infra/cluster/property-path.ts";

/** Whether the contents of Secrets and ConfigMaps may change in place; the provider's options. */
export interface Mutability {
  secrets: boolean;
  configMaps: boolean;
}

const POD_SPEC =
  names(`affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases
  hostIPC hostNetwork hostPID hostname imagePullSecrets nodeName nodeSelector overhead
  preemptionPolicy priority priorityClassName readinessGates restartPolicy runtimeClassName
  schedulerName securityContext serviceAccount serviceAccountName shareProcessNamespace
  subdomain terminationGracePeriodSeconds volumes`);
const CONTAINER =
  names(`args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe
  resources securityContext stdin stdinOnce tty terminationMessagePath
  terminationMessagePolicy volumeDevices volumeMounts workingDir`);
const VOLUME_SOURCES =
  names(`awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc nfs flexVolume flocker
  gcePersistentDisk glusterfs hostPath iscsi local photonPersistentDisk portworxVolume
  quobyte rbd scaleIO storageos vsphereVolume`);

const FIXED: Readonly<Record<string, readonly string[]>> = {
  "apps/v1/DaemonSet": ["spec.selector"],
  "apps/v1/Deployment": ["spec.selector"],
  "apps/v1/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/v1/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolume": VOLUME_SOURCES.map((source) => `spec.${source}`),
  "v1/PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  "v1/Pod": [
    ...POD_SPEC.map((field) => `spec.${field}`),
    ...CONTAINER.map((field) => `spec.containers[*].${field}`),
    ...CONTAINER.map((field) => `spec.initContainers[*].${field}`),
  ],
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Secret": ["type"],
  "v1/Service": ["spec.clusterIP"],
};

const IDENTITY = ["metadata.name", "metadata.namespace"];

/** The changes that a living object cannot take. */
export function replacing(
  found: readonly Change[],
  object: JsonObject,
  mutability: Mutability,
): Change[] {
  const fixed = fixedFields(object, mutability).map(parsePath);
  return found.filter(
    (change) =>
      (change.kind === "delete" && change.path.length === 1 && change.path[0] === "metadata") ||
      fixed.some((field) => touches(change, field)),
  );
}

function fixedFields(object: JsonObject, mutability: Mutability): readonly string[] {
  const type = `${words(object["apiVersion"])}/${words(object["kind"])}`;
  const immutable = object["immutable"] === true;
  if (type === "v1/Secret" && (!mutability.secrets || immutable)) {
    return [...IDENTITY, "type", "stringData", "data"];
  }
  if (type === "v1/ConfigMap" && (!mutability.configMaps || immutable)) {
    return [...IDENTITY, "binaryData", "data"];
  }
  return [...IDENTITY, ...(FIXED[type] ?? [])];
}

/** Whether a change is at the field or inside it, or brings or takes a value that has the field. */
function touches({ path, value }: Change, field: Path): boolean {
  if (contains(field, path)) return true;
  const inside = field.slice(path.length);
  return contains(field.slice(0, path.length), path) && has(value, inside);
}

function has(value: Json, path: Path): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  if (first === "*") return Array.isArray(value) && value.some((item) => has(item, rest));
  const inner = isObject(value) ? getPath(value, first) : undefined;
  return inner !== undefined && has(inner, rest);
}

/** A long list of names, separated by spaces. */
function names(text: string): string[] {
  return text.split(/\s+/);
}
