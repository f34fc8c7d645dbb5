// Made by npm run generate from the declarations in components/config/.

/** The fields of a process type that the words of a command can set. */
export const SCALE_FIELDS = "replicas, workers, threads, memory, cpu, storage, spread, min, max";
