import type { Problem } from "./errors.ts";
import { PREFIX, STACK } from "./stack.ts";

/** What a message about `dash-scale:secrets` tells people who have a stack file to do. */
const CONFIG_SET = /run: pulumi config set --secret --path dash-scale:secrets\.(\w+).*$/;
/** The same of the cluster that a stack continues in. */
const CONFIG_SET_CLUSTER = /run: pulumi config set dash-scale:cluster (\S+) && /;
/** The same of a scale-down that is meant. */
const CONFIG_SET_CONFIRM = /: pulumi config set --path dash-scale:confirm\.(\S+) (".*?")/;
const IN_APP = new RegExp(`\\b${PREFIX}app\\.(?=\\w)`, "g");
const KEY = new RegExp(`\\b${PREFIX}(?=(?:${Object.keys(STACK.fields).join("|")})\\b)`, "g");

/**
 * A problem or a warning in the words of whoever wrote a program and not a stack file:
 * `scale.web.replicas` for `dash-scale:scale.web.replicas`, and `image` for `dash-scale:app.image`.
 */
export function inCode({ location, message }: Problem): Problem {
  return { location: withCodeNames(location), message: withCodeNames(message) };
}

function withCodeNames(text: string): string {
  return text
    .replace(
      CONFIG_SET,
      'give secrets.$1 text or an Output, such as new pulumi.Config().requireSecret("$1")',
    )
    .replace(CONFIG_SET_CLUSTER, 'write cluster: "$1", and run: ')
    .replace(CONFIG_SET_CONFIRM, ': confirm: { "$1": $2 }')
    .replaceAll(IN_APP, "")
    .replaceAll(KEY, "");
}
