/** Names of variables whose values are secret by custom. */
const NAME =
  /SECRET|TOKEN|PASSW|PASSPHRASE|KEY|CREDENTIAL|PRIVATE|SALT|SIGNATURE|WEBHOOK|(^|_)(PWD|PASS|PW|AUTH|DSN|CERT|PEM|JWT|COOKIE)(_|\d*$)/i;

/** What gives a value away as secret, whatever the variable is called. */
const VALUES: readonly RegExp[] = [
  // A user's name, and likely a password, in a URL.
  /:\/\/\S*@/,
  /-----BEGIN/,
  // `Password=…` of a connection, `?token=…` of a URL, `--password …` of a command.
  /(^|[^A-Za-z0-9])(password|passwd|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|sig|signature)["']?\s*[=:\s]\s*(?!["']?\$)\S/i,
  // Tokens of GitHub, GitLab, Slack, Stripe, OpenAI, AWS and Google, and JSON Web Tokens.
  /(^|[^A-Za-z0-9])(gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|[srp]k[-_]|AKIA|ASIA|AIza|eyJ)[\w-]{8}/,
  /hooks\.slack\.com\/|discord(app)?\.com\/api\/webhooks/,
  /(^|[^0-9a-f])[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/i,
  /[0-9a-f]{32}/i,
  /(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])(?=[\w+=-]*\d)[\w+=-]{24}/,
];

/** Why a variable is taken for secret; undefined where nothing says so. The value is in no message. */
export function whySecret(name: string, value: string | undefined): string | undefined {
  if (NAME.test(name)) return "by its name";
  return value !== undefined && looksSecret(value) ? "by its value" : undefined;
}

/** Whether a text holds what must not be written down: when in doubt, yes. */
export function looksSecret(text: string): boolean {
  return VALUES.some((it) => it.test(text));
}
