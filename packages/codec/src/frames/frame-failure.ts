/**
 * Why the content of one frame can not be used, by `kind`.
 *
 * - `no_symbol`: no QR code could be read in the picture
 * - `unknown_format`: a QR code, but not one of ours
 * - `newer_version`: written by a later version of Memvisor
 * - `bad_length`: a header, length or count that does not fit the bytes there are
 * - `bad_checksum`: the CRC does not match
 * - `bad_compression`: the compressed part can not be unpacked
 * - `too_large`: unpacked, it would be larger than any frame we write
 * - `bad_record`: unpacked, but not the records of chunks
 * - `misplaced`: a sound frame, but of another place in the video: a decoder showed it in place of a lost one, or the
 *   video was cut or its frame rate changed
 */
export type FrameFailure =
  | { readonly kind: 'no_symbol' }
  | { readonly kind: 'unknown_format' }
  | { readonly kind: 'newer_version'; readonly version: number }
  | { readonly kind: 'bad_length'; readonly what: string }
  | { readonly kind: 'bad_checksum' }
  | { readonly kind: 'bad_compression'; readonly detail: string }
  | { readonly kind: 'too_large'; readonly limitBytes: number }
  | { readonly kind: 'bad_record'; readonly what: string }
  | { readonly kind: 'misplaced'; readonly says: number };

/** What a frame's payload holds, or why it can not be used. */
export type FrameResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: FrameFailure };

/** One sentence for people. */
export const describeFrameFailure = (failure: FrameFailure): string => {
  switch (failure.kind) {
    case 'no_symbol':
      return 'no QR code could be read in the picture';
    case 'unknown_format':
      return 'the QR code was not written by Memvisor or memvid';
    case 'newer_version':
      return `the frame has format version ${failure.version}, which needs a newer Memvisor`;
    case 'bad_length':
      return `the frame is damaged: ${failure.what}`;
    case 'bad_checksum':
      return 'the frame is damaged: its checksum does not match';
    case 'bad_compression':
      return `the frame is damaged: it can not be unpacked (${failure.detail})`;
    case 'too_large':
      return `the frame unpacks to more than ${failure.limitBytes} bytes, which no frame of ours does`;
    case 'bad_record':
      return `the frame is damaged: ${failure.what}`;
    case 'misplaced':
      return `the frame is lost: what is shown in its place is frame ${failure.says}`;
  }
};

export const failed = (failure: FrameFailure): FrameResult<never> => ({ ok: false, failure });
export const read = <Value>(value: Value): FrameResult<Value> => ({ ok: true, value });
