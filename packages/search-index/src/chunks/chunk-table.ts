// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { GrowableUint32 } from '../growable.js';
import type { Chunk, Metadata } from './chunk.js';
import { type PlaceData, PlaceTable } from './place-table.js';

/** What a saved chunk table consists of; one number a chunk in each column. */
export type ChunkData = {
  readonly ids: Uint32Array;
  readonly frames: Uint32Array;
  /** Positions in `sourceNames`. */
  readonly sources: Uint32Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  /** Positions in `metadataTexts`, plus 1; 0 for none. */
  readonly metadata: Uint32Array;
  readonly sourceNames: readonly string[];
  /** Metadata objects as JSON; most only once. */
  readonly metadataTexts: readonly string[];
  /** By slot; only chunks that have one. */
  readonly snippets: ReadonlyMap<number, string>;
};

/** Strings by number, each kept once. */
class Names {
  readonly list: string[] = [];
  readonly #positions = new Map<string, number>();

  /** Takes over a list that was made elsewhere, where a name may come again. */
  append(names: readonly string[]): void {
    for (const name of names) {
      this.#positions.set(name, this.list.length);
      this.list.push(name);
    }
  }

  positionOf(name: string): number {
    const known = this.#positions.get(name);
    if (known !== undefined) return known;
    this.list.push(name);
    this.#positions.set(name, this.list.length - 1);
    return this.list.length - 1;
  }
}

const columnNames = ['ids', 'frames', 'sources', 'offsets', 'lengths', 'metadata'] as const;
type ColumnName = (typeof columnNames)[number];

/** All chunks by slot, in columns: some 40 bytes a chunk. */
export class ChunkTable {
  readonly #columns: Record<ColumnName, GrowableUint32> = {
    ids: new GrowableUint32(),
    frames: new GrowableUint32(),
    sources: new GrowableUint32(),
    offsets: new GrowableUint32(),
    lengths: new GrowableUint32(),
    metadata: new GrowableUint32(),
  };
  readonly #sourceNames = new Names();
  readonly #metadataTexts = new Names();
  readonly #metadata: Metadata[] = [];
  readonly #snippets = new Map<number, string>();
  #places = new PlaceTable();
  readonly #slots = new Map<number, number>();
  /** Made when first asked for. */
  #slotsOfFrames: Map<number, number[]> | undefined;

  static from(data: ChunkData, places: PlaceData): ChunkTable {
    const table = new ChunkTable();
    table.#places = PlaceTable.from(places);
    for (const name of columnNames) table.#columns[name].append(data[name]);
    for (const name of data.sourceNames) table.#sourceNames.positionOf(name);
    table.#metadataTexts.append(data.metadataTexts);
    for (const [slot, snippet] of data.snippets) table.#snippets.set(slot, snippet);
    data.ids.forEach((id, slot) => {
      table.#slots.set(id, slot);
    });
    return table;
  }

  get size(): number {
    return this.#columns.ids.length;
  }

  add(chunk: Chunk): void {
    const { metadata } = chunk;
    const slot = this.size;
    this.#columns.ids.push(chunk.id);
    this.#columns.frames.push(chunk.frame);
    this.#columns.sources.push(this.#sourceNames.positionOf(chunk.source));
    this.#columns.offsets.push(chunk.offset);
    this.#columns.lengths.push(chunk.length);
    this.#columns.metadata.push(
      metadata === undefined ? 0 : this.#metadataTexts.positionOf(JSON.stringify(metadata)) + 1,
    );
    if (chunk.snippet !== undefined) this.#snippets.set(slot, chunk.snippet);
    this.#places.add(chunk);
    this.#slots.set(chunk.id, slot);
    this.#slotsOfFrames = undefined;
  }

  slotOf(id: number): number | undefined {
    return this.#slots.get(id);
  }

  at(slot: number): Chunk {
    const value = (name: ColumnName): number => this.#columns[name].view()[slot]!;
    const metadata = this.#metadataAt(value('metadata'));
    const snippet = this.#snippets.get(slot);
    return {
      id: value('ids'),
      frame: value('frames'),
      source: this.#sourceNames.list[value('sources')]!,
      offset: value('offsets'),
      length: value('lengths'),
      ...this.#places.at(slot),
      ...(metadata === undefined ? {} : { metadata }),
      ...(snippet === undefined ? {} : { snippet }),
    };
  }

  slotsOfFrame(frame: number): readonly number[] {
    if (this.#slotsOfFrames === undefined) {
      this.#slotsOfFrames = new Map();
      for (const [slot, of] of this.#columns.frames.view().entries()) {
        const slots = this.#slotsOfFrames.get(of);
        if (slots === undefined) this.#slotsOfFrames.set(of, [slot]);
        else slots.push(slot);
      }
    }
    return this.#slotsOfFrames.get(frame) ?? [];
  }

  get frameCount(): number {
    return new Set(this.#columns.frames.view()).size;
  }

  get sourceNames(): readonly string[] {
    return this.#sourceNames.list;
  }

  /** What the column `metadata` stands for, by its values: first what a chunk without metadata has. */
  distinctMetadata(): Metadata[] {
    return [{}, ...this.#metadataTexts.list.map((_, at) => this.#metadataAt(at + 1) ?? {})];
  }

  /** What a file keeps; views, valid until the next `add`. */
  data(): ChunkData {
    const view = (name: ColumnName): Uint32Array => this.#columns[name].view();
    return {
      ids: view('ids'),
      frames: view('frames'),
      sources: view('sources'),
      offsets: view('offsets'),
      lengths: view('lengths'),
      metadata: view('metadata'),
      sourceNames: this.#sourceNames.list,
      metadataTexts: this.#metadataTexts.list,
      snippets: this.#snippets,
    };
  }

  /** Likewise, of the chunks' places. */
  placeData(): PlaceData {
    return this.#places.data();
  }

  #metadataAt(position: number): Metadata | undefined {
    if (position === 0) return undefined;
    this.#metadata[position] ??= JSON.parse(this.#metadataTexts.list[position - 1]!);
    return this.#metadata[position];
  }
}
