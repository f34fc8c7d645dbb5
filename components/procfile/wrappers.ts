/** A program that runs the command behind its own arguments. */
export interface Wrapper {
  /** Its subcommand that does so, such as `run` of `poetry run`. */
  readonly subcommand?: RegExp;
  /** Its options that take a value of their own, in the next word. */
  readonly valued?: readonly string[];
  /** How many words are its own besides its options: the duration of `timeout 60 CMD`. */
  readonly positional?: number;
}

const PLAIN: Wrapper = {};
const RUN = /^run$/;

const words = (text: string) => text.split(" ");

/**
 * Programs that run the command behind them, by name.
 *
 * Sources: the manual page or documentation of each; for `bin/start-*`, the READMEs of
 * heroku-buildpack-nginx and heroku-buildpack-pgbouncer.
 */
export const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ...words("nohup time setsid catatonit ddtrace-run then do else if elif while until ! {").map(
    (name): [string, Wrapper] => [name, PLAIN],
  ),
  ["exec", { valued: ["-a"] }],
  ["command", PLAIN],
  ["builtin", PLAIN],
  ["env", { valued: ["-u", "--unset", "-C", "--chdir"] }],
  ["nice", { valued: ["-n"] }],
  ["ionice", { valued: ["-c", "-n", "--class", "--classdata"] }],
  ["stdbuf", { valued: ["-i", "-o", "-e"] }],
  ["timeout", { valued: ["-s", "--signal", "-k", "--kill-after"], positional: 1 }],
  ["dumb-init", { valued: ["-r", "--rewrite"] }],
  ["tini", { valued: ["-p", "-e"] }],
  ["tini-static", { valued: ["-p", "-e"] }],
  ["gosu", { positional: 1 }],
  ["su-exec", { positional: 1 }],
  ["setpriv", { valued: ["--reuid", "--regid", "--groups"] }],
  ["chpst", { valued: ["-u", "-U", "-e", "-/", "-n", "-l", "-L", "-m", "-o"] }],
  ["sudo", { valued: ["-u", "--user", "-g", "--group"] }],
  ["xvfb-run", { valued: ["-s", "--server-args", "-n", "--server-num", "-e", "-f", "-p", "-w"] }],
  ["doppler", { subcommand: RUN, valued: words("-p --project -c --config -t --token") }],
  ["dotenv", { subcommand: RUN, valued: words("-f --file -e -c") }],
  ["dotenvx", { subcommand: RUN, valued: words("-f --env-file") }],
  ["honcho", { subcommand: RUN, valued: words("-e --env -d --app-root -f --procfile") }],
  ["foreman", { subcommand: RUN, valued: words("-e --env -d --root -f --procfile") }],
  ["op", { subcommand: RUN, valued: ["--env-file"] }],
  ["infisical", { subcommand: RUN, valued: words("--env --path --projectId --token") }],
  ["chamber", { subcommand: /^exec$/, positional: 1 }],
  ["aws-vault", { subcommand: /^exec$/, positional: 1 }],
  [
    "opentelemetry-instrument",
    {
      valued: words(
        "--traces_exporter --metrics_exporter --logs_exporter --service_name --exporter_otlp_endpoint",
      ),
    },
  ],
  ["newrelic-admin", { subcommand: /^run-program$/ }],
  ["poetry", { subcommand: RUN, valued: words("-C --directory -P --project") }],
  ["pipenv", { subcommand: RUN }],
  ["pdm", { subcommand: RUN, valued: words("-p --project") }],
  ["hatch", { subcommand: RUN, valued: words("-e --env") }],
  ["rye", { subcommand: RUN }],
  ["pixi", { subcommand: RUN, valued: words("-e --environment --manifest-path") }],
  [
    "uv",
    {
      subcommand: RUN,
      valued: words(
        "--directory --project --with --extra --group --env-file -p --python --package --index-url --no-group --only-group",
      ),
    },
  ],
  ["uvx", { valued: ["--from", "--with", "-p", "--python"] }],
  ["conda", { subcommand: RUN, valued: words("-n --name -p --prefix --cwd") }],
  ["mamba", { subcommand: RUN, valued: words("-n --name -p --prefix --cwd") }],
  ["micromamba", { subcommand: RUN, valued: words("-n --name -p --prefix -r --cwd") }],
  ["bundle", { subcommand: /^exec$/ }],
  ["npx", { valued: words("-p --package -c --call -w --workspace") }],
  ["bunx", { valued: words("-p --package") }],
  ["npm", { subcommand: /^(exec|x)$/, valued: words("-p --package -w --workspace --prefix") }],
  ["pnpm", { subcommand: /^(exec|dlx)$/, valued: words("-C --dir --filter -F --package") }],
  ["yarn", { subcommand: /^(exec|dlx)$/, valued: words("-p --package --cwd") }],
  ["coverage", { subcommand: RUN, valued: words("--rcfile --source --data-file") }],
  [
    "watchmedo",
    { subcommand: /^auto-restart$/, valued: words("-d --directory -p --patterns -i --signal") },
  ],
]);

/** Options by which a program changes into a folder before anything else. */
export const FOLDER_OPTIONS: readonly string[] = words(
  "--directory --project --prefix --chdir --cwd --app-dir -C",
);
