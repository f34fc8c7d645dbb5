/**
 * Takes samples again and again for as long as an action goes on, and gives all of them with the
 * action's outcome.
 */
export async function sampledWhile<Sample, Outcome>(
  action: () => Promise<Outcome>,
  sample: () => Promise<Sample>,
): Promise<{ outcome: Outcome; samples: Sample[] }> {
  const samples: Sample[] = [];
  const run = { over: false };
  const outcome = action().finally(() => (run.over = true));
  while (!run.over) samples.push(await sample());
  return { outcome: await outcome, samples };
}
