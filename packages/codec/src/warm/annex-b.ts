/** Splits off the start of the next picture: what follows belongs to another one, so a decoder need not wait for it. */
export const accessUnitDelimiter: Uint8Array = Uint8Array.of(0, 0, 0, 1, 9, 0x10);

const startCode = Uint8Array.of(0, 0, 0, 1);

/** How H.264 lies in MP4 and Matroska: parameter sets apart, each unit with its length before it. */
export type AvcConfig = {
  /** The parameter sets as a stream has them. */
  readonly parameterSets: Uint8Array;
  readonly lengthBytes: number;
};

/** Reads the decoder configuration of a track (`avcC`); `undefined` where it is none. */
export const readAvcConfig = (description: Uint8Array): AvcConfig | undefined => {
  const bytes = Buffer.from(description.buffer, description.byteOffset, description.length);
  if (bytes.length < 7 || bytes[0] !== 1) return undefined;
  const parts: Uint8Array[] = [];
  let at = 5;
  for (const countMask of [0x1f, 0xff]) {
    const counted = bytes[at++];
    if (counted === undefined) return undefined;
    let count = counted & countMask;
    for (; count > 0; count--) {
      if (at + 2 > bytes.length) return undefined;
      const end = at + 2 + bytes.readUInt16BE(at);
      if (end > bytes.length) return undefined;
      parts.push(startCode, bytes.subarray(at + 2, end));
      at = end;
    }
  }
  return { parameterSets: Buffer.concat(parts), lengthBytes: ((bytes[4] ?? 3) & 3) + 1 };
};

/** A packet of such a track as a stream has it, with all that a decoder needs to begin there. */
export const toAnnexB = (
  packet: Uint8Array,
  { parameterSets, lengthBytes }: AvcConfig,
): Uint8Array | undefined => {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const parts: Uint8Array[] = [parameterSets];
  for (let at = 0; at < bytes.length; ) {
    if (at + lengthBytes > bytes.length) return undefined;
    const end = at + lengthBytes + bytes.readUIntBE(at, lengthBytes);
    if (end > bytes.length) return undefined;
    parts.push(startCode, bytes.subarray(at + lengthBytes, end));
    at = end;
  }
  parts.push(accessUnitDelimiter);
  return Buffer.concat(parts);
};
