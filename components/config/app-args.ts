import type { Input } from "@pulumi/pulumi";
import type { AppSettings, StackArgs } from "./types.ts";

/**
 * What an app is, in a program: what a stack file says below `dash-scale:app`, and beside it, in one
 * map.
 *
 * ```ts
 * { image: "registry.example.com/shop:1.4.2", scale: { web: 2, worker: { replicas: 2, memory: "1Gi" } } }
 * ```
 */
export interface AppArgs
  extends Omit<AppSettings, "name" | "procfile">, Omit<StackArgs, "app" | "secrets"> {
  /**
   * Name of the app, the first part of every object's name: a DNS label that begins with a letter.
   * @default the resource's name
   */
  readonly name?: string;
  /**
   * The app's Procfile: its path, relative to the working directory, which Pulumi makes the
   * program's, or its text.
   * @default Procfile
   */
  readonly procfile?: AppSettings["procfile"];
  /**
   * Environment variables of every process type whose values are secret, whether the value is
   * marked so or not.
   * @default none
   */
  readonly secrets?: Readonly<Record<string, Input<string>>>;
}
