/** One piece of advice: a sentence with the figure that it comes from, and what to do. */
export type Advice = ScaleAdvice | LogsAdvice;

interface About {
  readonly type: string;
  readonly message: string;
}

/** A field of the scale should have another value. */
export interface ScaleAdvice extends About {
  readonly kind: "scale";
  readonly field: "memory" | "cpu" | "max";
  readonly value: string;
}

/** Somebody has to read what a container said before it ended: no scale helps. */
export interface LogsAdvice extends About {
  readonly kind: "logs";
  readonly pod: string;
}

/** As `dash-scale scale` takes it: `web.memory=1Gi`. */
export function wordOf({ type, field, value }: ScaleAdvice): string {
  return `${type}.${field}=${value}`;
}
