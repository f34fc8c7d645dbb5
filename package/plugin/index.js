// Plain JavaScript, since Pulumi loads a plugin's folder with `require`, which looks for no .ts file.
export {} from "./main.ts";
