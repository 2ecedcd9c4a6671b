import qrcode from 'qrcode';

/** How much of a QR code may be unreadable: L 7 %, M 15 %, Q 25 %, H 30 %. */
export type ErrorCorrection = 'L' | 'M' | 'Q' | 'H';

/** The eight patterns that are laid over the data. */
export type Mask = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** The modules of a QR code, row by row: 1 is dark. */
export type QrSymbol = { readonly modules: number; readonly dark: Uint8Array };

/** Bytes that the largest QR code (version 40) holds. */
export const maxPayloadBytes: Readonly<Record<ErrorCorrection, number>> = {
  L: 2953,
  M: 2331,
  Q: 1663,
  H: 1273,
};

/** Modules along one side of a QR code of this version, 1 to 40. */
export const modulesOfVersion = (version: number): number => 17 + 4 * version;

export const maxModules = modulesOfVersion(40);

/**
 * Makes a QR code of bytes: one byte segment and a fixed mask, which is what makes it fast. A packed payload is as
 * good as random, so no mask is better than another.
 *
 * @param version 1 to 40; without it the smallest that holds the payload
 */
export const makeSymbol = (
  payload: Uint8Array,
  options: { readonly errorCorrection: ErrorCorrection; readonly mask: Mask; readonly version?: number },
): QrSymbol => {
  const { modules } = qrcode.create([{ data: payload, mode: 'byte' }], {
    errorCorrectionLevel: options.errorCorrection,
    maskPattern: options.mask,
    ...(options.version === undefined ? {} : { version: options.version }),
  });
  return { modules: modules.size, dark: modules.data };
};
