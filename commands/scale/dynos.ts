/**
 * Memory of a dyno by its size, which `heroku ps:scale` prints behind the number.
 *
 * Source: Heroku Dev Center, "Dyno Types"; Heroku Help, "How can I determine the memory limit of a
 * dyno?" (512 MB there are 536870912 bytes).
 */
const MEMORY = new Map([
  // Sold no more, and still in files.
  ["free", "512Mi"],
  ["hobby", "512Mi"],
  ["eco", "512Mi"],
  ["basic", "512Mi"],
  ["standard-1x", "512Mi"],
  ["standard-2x", "1Gi"],
  ["performance-m", "2560Mi"],
  ["performance-l", "14Gi"],
  ["performance-l-ram", "30Gi"],
  ["performance-xl", "62Gi"],
  ["performance-2xl", "126Gi"],
  ["private-s", "1Gi"],
  ["private-m", "2560Mi"],
  ["private-l", "14Gi"],
  ["shield-s", "1Gi"],
  ["shield-m", "2560Mi"],
  ["shield-l", "14Gi"],
]);

/** The memory of a dyno of this size; undefined for anything else. */
export function dynoMemory(size: string): string | undefined {
  return MEMORY.get(size.toLowerCase());
}
