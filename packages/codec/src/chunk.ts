/** JSON, as it can be stored beside a chunk and in an archive's header. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** A piece of text with its number: what goes into an archive and what comes out. */
export type Chunk = {
  /** 0 to 4,294,967,295; unique in the archive and ascending in the order of writing. */
  readonly id: number;
  /**
   * Any JavaScript string, lone surrogates and NULs included; it comes back identical, code unit by code unit.
   */
  readonly text: string;
  /** Small facts about this chunk, such as its source and line. Kept by the `packed` format only. */
  readonly meta?: JsonObject;
};
