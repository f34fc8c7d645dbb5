/** A DNS label (RFC 1123). */
export const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/**
 * A Service's name begins with a letter (RFC 1035), and the Service of `web` begins with the app's
 * name.
 */
export const APP_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** A DNS subdomain: names of most objects (RFC 1123). */
export const SUBDOMAIN =
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/**
 * No address: an Ingress takes names only. Its last label, such as `com`, is never a number (RFC
 * 3696).
 */
export const HOST =
  /^(?=.{1,253}$)(?!.*\.\d+$)(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/;
/**
 * Neither `.` nor `..` is a part of it: every client would take them out, and the API server
 * refuses them.
 */
export const BASE_PATH = /^\/((?!\.{1,2}\/)[A-Za-z0-9._~-]+\/)*$/;
/** The API server's own: an optional DNS subdomain in any case, then a name. */
export const ANNOTATION =
  /^(?:(?=[^/]{1,253}\/)[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*\/)?[a-zA-Z0-9](?:[-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?$/;
export const ANY_TEXT = /^/;
/** Whether the numbers are in range is checked apart. */
export const CIDR = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)\/\d{1,3}$/;
/** An environment variable; as long as a key of a Secret may be. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,252}$/;
/** A key of a Secret. Source: Kubernetes docs, "Secrets". */
export const SECRET_KEY = /^[-._a-zA-Z0-9]{1,253}$/;
/** Source: Kubernetes docs, "Labels and Selectors". */
export const LABEL_VALUE = /^(?:[a-zA-Z0-9](?:[-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?)?$/;
/** As a Procfile has it. */
export const PROCESS_TYPE = /^[A-Za-z0-9_-]{1,63}$/;
/** Whom a token is for: any text, mostly a URL. */
export const AUDIENCE = /^\S{1,500}$/;
export const HEALTH_PATH = /^\/[^\s#]*$/;
export const WORD = /./;
export const HOST_AND_PORT = /^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?:\d{1,5}$/;
export const LIST_NAME = /^\S+$/;
/** Five fields; what they mean is KEDA's to say. */
export const CRON = /^\s*(?:[\dA-Za-z*/,?L#-]+\s+){4}[\dA-Za-z*/,?L#-]+\s*$/;
/** Five fields or a name; what they mean is checked apart. */
export const SCHEDULE =
  /^(?=.{1,500}$)\s*(?:@[a-z]+(?:\s+\w+)?|(?:(?:CRON_)?TZ=\S+\s+)?(?:[\dA-Za-z*/,?-]+\s+){4}[\dA-Za-z*/,?-]+)\s*$/;
export const TIMEZONE = /^[A-Za-z][A-Za-z0-9_+/-]*$/;
export const PROCFILE_PATH = /^[^\0]+$/;
/** An absolute path without `.`, `..` and what a mount path may not have. */
export const FOLDER = /^(?:\/(?!\.{1,2}(?:\/|$))[^/:\0\s]+)+\/?$/;
export const FILE_NAME = /^[^\n]{1,255}$/;
/** As ISO 4217 has them; whether there is such a currency is not checked. */
export const CURRENCY = /^[A-Z]{3}$/;
/** A number that is written as text, as `pulumi config set` may store it. */
export const DECIMAL = /^\d{1,7}(\.\d{1,9})?$/;
export const UID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const REPLICAS = String.raw`\s*(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?\s*`;
/** `10 -> 2`, or `4-20 -> 1-5` where an autoscaler chooses. */
export const CHANGE = new RegExp(`^${REPLICAS}(?:->|→)${REPLICAS}$`);
