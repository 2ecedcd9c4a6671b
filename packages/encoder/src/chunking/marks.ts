/** A heading, as a document has it. */
export type Heading = {
  /** 1 for the outermost, as in HTML. */
  readonly level: number;
  readonly title: string;
};

/** A piece of a text, and what begins with it. */
export type TextPiece = {
  readonly text: string;
  /** The piece is what stands under this heading; it takes the place of those of its level and below. */
  readonly heading?: Heading;
  /** The piece is on this page, from 1, and so is what follows. */
  readonly page?: number;
};

/** The path after a heading: it takes the place of those of its level and below. */
export const enter = (path: readonly Heading[], heading: Heading): readonly Heading[] => [
  ...path.filter(({ level }) => level < heading.level),
  heading,
];

/** Values by where they begin, asked for at places that only grow. */
class Waiting<Value> {
  private readonly list: { readonly at: number; readonly value: Value }[] = [];
  private next = 0;

  add(at: number, value: Value): void {
    this.list.push({ at, value });
  }

  /** Those that begin up to `at` and were not given yet. */
  *upTo(at: number): Generator<Value, void, undefined> {
    for (let one = this.list[this.next]; one !== undefined && one.at <= at; one = this.list[this.next]) {
      this.next += 1;
      yield one.value;
    }
    if (this.next < 1000) return;
    this.list.splice(0, this.next);
    this.next = 0;
  }

  /** Where the next one begins, of those that are known by now. */
  get nextAt(): number | undefined {
    return this.list[this.next]?.at;
  }
}

/** Follows the headings and pages that come with the pieces of a text. */
export class Marks {
  private readonly headings = new Waiting<Heading>();
  private readonly pages = new Waiting<number>();
  private path: readonly Heading[] = [];
  private page: number | undefined;

  /** Takes in what begins at `at`. */
  add(at: number, { heading, page }: Omit<TextPiece, 'text'>): void {
    if (heading !== undefined) this.headings.add(at, heading);
    if (page !== undefined) this.pages.add(at, page);
  }

  /** The headings above what begins at `at`; one that begins there counts. */
  headingsAt(at: number): readonly string[] {
    for (const heading of this.headings.upTo(at)) this.path = enter(this.path, heading);
    return this.path.map(({ title }) => title);
  }

  /** The page that `at` is on; `undefined` where there are none. */
  pageAt(at: number): number | undefined {
    for (const page of this.pages.upTo(at)) this.page = page;
    return this.page;
  }

  /** Where the page ends that was last asked for, as far as that is known. */
  get pageEnd(): number | undefined {
    return this.pages.nextAt;
  }
}
