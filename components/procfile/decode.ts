/**
 * How a text begins that says how it is encoded, longest mark first: UTF-32 begins as UTF-16 does.
 */
const MARKS: readonly { readonly mark: readonly number[]; readonly decode: Decode }[] = [
  { mark: [0, 0, 0xfe, 0xff], decode: (bytes) => utf32(bytes, false) },
  { mark: [0xff, 0xfe, 0, 0], decode: (bytes) => utf32(bytes, true) },
  { mark: [0xef, 0xbb, 0xbf], decode: (bytes) => new TextDecoder("utf-8").decode(bytes) },
  { mark: [0xfe, 0xff], decode: (bytes) => new TextDecoder("utf-16be").decode(bytes) },
  { mark: [0xff, 0xfe], decode: (bytes) => new TextDecoder("utf-16le").decode(bytes) },
];

type Decode = (bytes: Uint8Array) => string;

/** `# -*- coding: latin-1 -*-` in one of the first two lines. */
const CODING = /^#.*coding[:=]\s*([-\w.]+)/m;

/**
 * The text of a file, decoded as pip does: by its byte-order mark, by a coding comment, else as
 * UTF-8.
 *
 * Source: pip, src/pip/_internal/req/req_file.py, `_decode_req_file`.
 */
export function decodeText(bytes: Uint8Array): string {
  const marked = MARKS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  if (marked) return marked.decode(bytes.subarray(marked.mark.length));
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 400));
  const [, coding = "utf-8"] = CODING.exec(head.split("\n").slice(0, 2).join("\n")) ?? [];
  try {
    return new TextDecoder(coding).decode(bytes);
  } catch {
    // An encoding that Node.js does not know has names of packages in ASCII all the same.
    return new TextDecoder("latin1").decode(bytes);
  }
}

function utf32(bytes: Uint8Array, isLittle: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at + 4 <= bytes.byteLength; at += 4) {
    const point = view.getUint32(at, isLittle);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : "\uFFFD";
  }
  return text;
}
