/**
 * A text that Kubernetes hands to the container unchanged, where `$(VAR)` would be expanded
 * otherwise.
 */
export function escapeExpansion(text: string): string {
  return text.replaceAll("$", "$$$$");
}
