/** The programs with which a stack and its cluster are looked at. */
export interface StackTools {
  readonly pulumi: string;
  readonly kubectl: string;
  readonly env: NodeJS.ProcessEnv;
  /** The folder of Pulumi.yaml. */
  readonly project: string;
}
