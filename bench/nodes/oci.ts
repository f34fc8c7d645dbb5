import { createHash } from "node:crypto";

/** A file that is found by its digest. */
export interface Blob {
  readonly digest: string;
  readonly size: number;
}

/** What an image says of itself; the field names are those of the format. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** An image in terms of what it is made of. */
export interface Image {
  /** `localhost/NAME:TAG`. */
  readonly name: string;
  /** Tar archives, uncompressed, the lowest first. */
  readonly layers: readonly Blob[];
  readonly config: ImageConfig;
}

const OCI = "application/vnd.oci.image";
const BEGINNING = "1970-01-01T00:00:00Z";

/**
 * Everything of an image layout but the layers: file name -> content.
 *
 * Source: OCI Image Format Specification 1.1, "Image Layout", "Image Manifest", "Image
 * Configuration".
 *
 * @param architecture - as Go has it: amd64, arm64
 */
export function imageLayout(images: readonly Image[], architecture: string): Map<string, string> {
  const files = new Map<string, string>([
    ["oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" })],
  ]);
  const platform = { architecture, os: "linux" };
  const add = (content: object): Blob => {
    const text = JSON.stringify(content);
    const blob = { digest: digestOf(text), size: Buffer.byteLength(text) };
    files.set(blobFile(blob), text);
    return blob;
  };
  const manifests = images.map(({ name, layers, config }) => {
    const configuration = add({
      ...platform,
      created: BEGINNING,
      config,
      rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    });
    const manifest = add({
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: { mediaType: `${OCI}.config.v1+json`, ...configuration },
      layers: layers.map((layer) => ({ mediaType: `${OCI}.layer.v1.tar`, ...layer })),
    });
    const annotations = { "io.containerd.image.name": name };
    return { mediaType: `${OCI}.manifest.v1+json`, ...manifest, platform, annotations };
  });
  const index = { schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests };
  return files.set("index.json", JSON.stringify(index));
}

/** Where a blob is in an image layout. */
export function blobFile({ digest }: Pick<Blob, "digest">): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
