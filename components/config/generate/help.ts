import { ONE_VALUE_FIELDS } from "../scale.ts";

/**
 * What the help of a command says of the declared keys, as a module that costs its start nothing.
 */
export function helpSource(): string {
  const names = Object.keys(ONE_VALUE_FIELDS).join(", ");
  return `// Made by npm run generate from the declarations in components/config/.

/** The fields of a process type that the words of a command can set. */
export const SCALE_FIELDS = ${JSON.stringify(names)};
`;
}
