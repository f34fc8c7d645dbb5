import { h } from "preact";
import type { ComponentChildren, JSX, VNode } from "preact";

type Tags = JSX.IntrinsicElements;
type Data = { readonly [name: `data-${string}`]: string | number | undefined };

/**
 * An element, checked by the compiler: its name, its attributes, and what its events are about.
 * Neither a template nor a build is needed for that.
 */
export function el<Tag extends keyof Tags>(
  tag: Tag,
  props: (Tags[Tag] & Data) | null,
  ...children: ComponentChildren[]
): VNode {
  const plain: object = props ?? {};
  return h(tag, plain, ...children);
}
