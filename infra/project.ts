/** The Pulumi project of whoever uses this program: this repository, or one that has it installed. */
export interface Project {
  /** Its Pulumi name, which is an app's too when that has none of its own. */
  readonly name: string;
  /** Where its `Pulumi.yaml` is, and what the path of a Procfile is relative to. */
  readonly folder: string;
}
