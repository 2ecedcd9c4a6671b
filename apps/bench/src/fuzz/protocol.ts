/** What the process that reads hostile files is asked. */
export type FuzzRequest =
  /** One frame: drawn as a picture, changed if there is a seed to change it by, and read. */
  | { readonly type: 'frame'; readonly payload: Uint8Array; readonly changeSeed: number | undefined }
  /** An index file: loaded, searched, listed. */
  | { readonly type: 'index'; readonly path: string }
  /** An archive: opened, verified, recovered. */
  | { readonly type: 'archive'; readonly path: string; readonly ffmpeg: string }
  /** An archive and an index, by way of a retriever. */
  | { readonly type: 'search'; readonly path: string; readonly index: string; readonly ffmpeg: string };

/** What came of it. */
export type FuzzReply = {
  /** `read`, or the kind of the failure. */
  readonly outcome: string;
  /** The failure in words; what was read, as JSON. */
  readonly said: string;
  /** Texts that came out, by chunk id. */
  readonly texts: readonly (readonly [number, string])[];
  /** The most memory that the process has held so far, in MB. */
  readonly peakMb: number;
};
