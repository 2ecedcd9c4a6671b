/** A gray picture, one byte a pixel, row by row: 0 is black. */
export type Picture = { readonly width: number; readonly height: number; readonly gray: Uint8Array };
