/** Something about a Procfile's line, at an offset into its command. */
export interface LineFinding {
  readonly offset: number;
  readonly message: string;
}
