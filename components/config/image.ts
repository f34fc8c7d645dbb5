// https://github.com/distribution/reference: [HOST[:PORT]/]NAME[:TAG][@DIGEST]
const HOST = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?/`;
const PART = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;
const PATH = `${PART}(?:/${PART})*`;
const TAG = String.raw`:\w[\w.-]{0,127}`;
const DIGEST = String.raw`@[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}`;
/** An image reference, at most 512 characters long. */
export const IMAGE = new RegExp(`^(?=.{1,512}$)(?:${HOST})?${PATH}(?:${TAG})?(?:${DIGEST})?$`);
export const IMAGE_EXPECTED =
  "an image reference without spaces, such as registry.example.com/shop:1.4.2, best with @sha256:DIGEST";
