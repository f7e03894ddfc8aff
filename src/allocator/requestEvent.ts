/** What the allocator is asked, in order. */

export type RequestEvent =
  /** `id` is any name; it may come again once it is free. */
  | { readonly kind: 'allocate'; readonly id: string; readonly bytes: number }
  | { readonly kind: 'free'; readonly id: string }
  /** A moment at which things are read off. */
  | { readonly kind: 'mark'; readonly name: string };
