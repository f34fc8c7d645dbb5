/** Advice as the terminal, scripts and the page have it: with the command that does it. */
import type { Advice } from "../../components/advice/advice.ts";
import { wordOf } from "../../components/advice/advice.ts";
import type { Problem } from "../../components/config/errors.ts";
import { attempted, ConfigError } from "../../components/config/errors.ts";
import type { StackFile } from "../scale/decide.ts";
import { decide } from "../scale/decide.ts";
import { PROGRAM } from "../usage.ts";

export interface AdviceView {
  readonly type: string;
  readonly message: string;
  readonly command: string;
  /** What the command would change; absent where it changes nothing. */
  readonly change?: { readonly field: string; readonly value: string };
  /** Why the stack would refuse the change now, such as by its guards; absent where it would not. */
  readonly problems?: readonly Problem[];
}

/** How commands name a stack, and where its pods are. */
interface AdvisedStack {
  /** `--stack dev`. */
  readonly flag: string;
  readonly namespace: string;
}

/** @param file the stack's, by which each change is judged; undefined: none is */
export function adviceViews(
  advice: readonly Advice[],
  { flag, namespace }: AdvisedStack,
  file?: StackFile,
): AdviceView[] {
  return advice.map((it): AdviceView => {
    const { type, message } = it;
    if (it.kind === "logs")
      return {
        type,
        message,
        command: `kubectl logs ${it.pod} --previous --namespace ${namespace}`,
      };
    const { field, value } = it;
    const word = wordOf(it);
    const refused = file && attempted(() => decide(file, [word]));
    return {
      type,
      message,
      command: `${PROGRAM} scale ${flag} ${word}`,
      change: { field, value },
      ...(refused instanceof ConfigError ? { problems: refused.problems } : {}),
    };
  });
}
