import { projectFiles } from "../init/files.ts";
import { needsOfProjects } from "../init/own-package.ts";

/** Where the template for `pulumi new` is, from the repository's root. */
const FOLDER = "package/template";

/** What `pulumi new` prints and asks for. */
const TEMPLATE = `template:
  displayName: dash-scale
  description: A Dash app, or any app with a Procfile, on Kubernetes, each process type at its own scale
  quickstart: |-
    Put your app's Procfile beside this folder, its image into stacks/Pulumi.dev.yaml, and run:
      npx dash-scale check
      pulumi stack init dev
      pulumi up --stack dev
`;

/**
 * What `dash-scale init` writes, with the placeholders of `pulumi new` in the place of names: path
 * from the repository's root -> content.
 *
 * Source: pulumi/pulumi, sdk/go/common/workspace/templates.go (`transform`).
 */
export function templateFiles(): ReadonlyMap<string, string> {
  const files = projectFiles({
    name: "${PROJECT}",
    description: "${DESCRIPTION}",
    // In YAML, pulumi new puts the end of a line behind the name: it cannot be part of a text.
    label: undefined,
    image: undefined,
    procfile: "../Procfile",
    processes: [{ type: "web", singleton: false }],
    isCounted: true,
    needs: needsOfProjects(),
  });
  return new Map(
    Object.entries(files).map(([path, text]) => [
      `${FOLDER}/${path}`,
      path === "Pulumi.yaml" ? `${text}${TEMPLATE}` : text,
    ]),
  );
}
