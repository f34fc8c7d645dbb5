// Plain JavaScript, since Pulumi loads a plugin's folder with `require`, which looks for no .ts file.
import { serve } from "./main.ts";

serve();
