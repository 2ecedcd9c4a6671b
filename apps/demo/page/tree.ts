// The supervision tree as a table that folds, filters and obeys the keyboard.
import type { ActRequest, Row, TreeUpdate } from '../src/serve/messages.js';

/** Of a parent with more children than this they are folded away at first. */
const unfoldedChildren = 50;

type Act = (request: ActRequest) => void;

/** Shows rows in a table's body. */
export class TreeTable {
  readonly #rows = new Map<string, Row>();
  readonly #lines = new Map<string, HTMLTableRowElement>();
  readonly #folded = new Map<string, boolean>();
  #order: readonly string[] = [];
  #filter = '';
  #focus: string | undefined;

  constructor(
    private readonly body: HTMLTableSectionElement,
    private readonly onEmpty: (isEmpty: boolean) => void,
    private readonly act: Act,
  ) {
    body.addEventListener('keydown', (event) => this.#onKey(event));
    body.addEventListener('focusin', ({ target }) => {
      const id = (target as HTMLElement).closest('tr')?.dataset.id;
      if (id !== undefined) this.#moveFocus(id, false);
    });
  }

  /** Takes over what has changed. */
  update({ rows, order }: TreeUpdate): void {
    for (const row of rows) {
      const known = this.#rows.get(row.id);
      this.#rows.set(row.id, row);
      if (known === undefined || order !== undefined) continue;
      this.#fill(row);
    }
    if (order === undefined) return;
    this.#order = order;
    const live = new Set(order);
    for (const id of this.#rows.keys())
      if (!live.has(id)) {
        this.#rows.delete(id);
        this.#lines.delete(id);
        this.#folded.delete(id);
      }
    for (const row of rows) this.#fill(row);
    this.#arrange();
  }

  /** Shows only rows with this in them, and what they are under. */
  set filter(text: string) {
    this.#filter = text.trim().toLowerCase();
    this.#arrange();
  }

  #isFolded({ id, children }: Row): boolean {
    return this.#folded.get(id) ?? children > unfoldedChildren;
  }

  /** Puts the rows that are to be seen into the table, in order; those that stay are not touched. */
  #arrange(): void {
    const shown = this.#filter === '' ? this.#unfolded() : this.#matching();
    const hadFocus = this.body.contains(document.activeElement);
    const lines = shown.map((id) => this.#line(id));
    const wanted = new Set(lines);
    for (const line of [...this.body.rows]) if (!wanted.has(line)) line.remove();
    for (const [at, line] of lines.entries())
      if (this.body.rows[at] !== line) this.body.insertBefore(line, this.body.rows[at] ?? null);
    this.onEmpty(shown.length === 0);
    if (this.#focus === undefined || !shown.includes(this.#focus)) {
      const [first] = shown;
      if (first !== undefined) this.#moveFocus(first, hadFocus);
    } else if (hadFocus && !this.body.contains(document.activeElement)) this.#moveFocus(this.#focus, true);
  }

  #unfolded(): string[] {
    const shown: string[] = [];
    let hiddenBelow = Number.POSITIVE_INFINITY;
    for (const id of this.#order) {
      const row = this.#rows.get(id);
      if (row === undefined || row.level > hiddenBelow) continue;
      hiddenBelow = this.#isFolded(row) ? row.level : Number.POSITIVE_INFINITY;
      shown.push(id);
    }
    return shown;
  }

  #matching(): string[] {
    const kept = new Set<string>();
    const above: string[] = [];
    for (const id of this.#order) {
      const row = this.#rows.get(id);
      if (row === undefined) continue;
      above.length = row.level - 1;
      above.push(id);
      const text = `${row.title} ${row.kind ?? ''} ${row.pid ?? ''} ${row.status}`.toLowerCase();
      if (text.includes(this.#filter)) for (const one of above) kept.add(one);
    }
    return this.#order.filter((id) => kept.has(id));
  }

  #line(id: string): HTMLTableRowElement {
    const known = this.#lines.get(id);
    if (known !== undefined) return known;
    const line = document.createElement('tr');
    line.dataset.id = id;
    line.tabIndex = -1;
    line.setAttribute('role', 'row');
    for (let column = 0; column < 6; column++) {
      const cell = line.insertCell();
      cell.setAttribute('role', 'gridcell');
      if (column === 3 || column === 4) cell.className = 'number';
    }
    this.#lines.set(id, line);
    const row = this.#rows.get(id);
    if (row !== undefined) this.#fill(row);
    return line;
  }

  #fill(row: Row): void {
    const line = this.#lines.get(row.id);
    if (line === undefined) return;
    const [title, pid, status, mailbox, restarts, actions] = [...line.cells] as HTMLTableCellElement[];
    line.setAttribute('aria-level', String(row.level));
    this.#fillTitle(title as HTMLTableCellElement, line, row);
    if (pid !== undefined) pid.textContent = row.pid ?? '–';
    if (status !== undefined) {
      status.textContent = row.status;
      status.className = row.status;
    }
    if (mailbox !== undefined) mailbox.textContent = String(row.mailbox);
    if (restarts !== undefined) restarts.textContent = String(row.restarts);
    if (actions === undefined) return;
    const wanted = row.pid !== undefined ? ['stop', 'kill'] : row.status === 'stopped' ? ['start'] : [];
    const there = [...actions.children].map((button) => (button as HTMLElement).dataset.action);
    if (wanted.join() === there.join()) return;
    actions.replaceChildren(
      ...wanted.flatMap((action) => [this.#button(row, action as ActRequest['action']), ' ']),
    );
  }

  #fillTitle(cell: HTMLTableCellElement, line: HTMLTableRowElement, row: Row): void {
    const isFolded = this.#isFolded(row);
    if (row.children > 0) line.setAttribute('aria-expanded', String(!isFolded));
    else line.removeAttribute('aria-expanded');
    cell.style.paddingLeft = `${row.level - 1 + 0.25}rem`;
    const fold = document.createElement('span');
    fold.className = 'fold';
    fold.ariaHidden = 'true';
    fold.textContent = row.children === 0 ? '' : isFolded ? '▸' : '▾';
    fold.addEventListener('click', () => this.#fold(row.id, !this.#isFolded(row)));
    const kind = document.createElement('span');
    kind.className = 'kind';
    const count = row.children + row.omitted;
    const hidden = row.omitted > 0 ? `, ${row.omitted} not shown` : '';
    const said = [
      ...(count === 0 ? [] : [`${count} below${hidden}`]),
      ...(row.kind === undefined || row.kind === row.title ? [] : [row.kind]),
    ];
    kind.textContent = ` ${said.join(' · ')}`;
    cell.replaceChildren(fold, row.title, kind);
  }

  #button({ id, title }: Row, action: ActRequest['action']): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.tabIndex = -1;
    button.dataset.action = action;
    button.textContent = action;
    button.ariaLabel = `${action} ${title}`;
    button.addEventListener('click', () => this.act({ id, action }));
    return button;
  }

  #fold(id: string, isFolded: boolean): void {
    this.#folded.set(id, isFolded);
    const row = this.#rows.get(id);
    if (row !== undefined) this.#fill(row);
    this.#arrange();
  }

  /** One row at a time can be reached with Tab; the arrow keys choose which. */
  #moveFocus(id: string, take: boolean): void {
    const before = this.#focus === undefined ? undefined : this.#lines.get(this.#focus);
    for (const one of [before, ...(before?.querySelectorAll('button') ?? [])]) if (one) one.tabIndex = -1;
    this.#focus = id;
    const line = this.#line(id);
    for (const one of [line, ...line.querySelectorAll('button')]) one.tabIndex = 0;
    if (take) line.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const line = (event.target as HTMLElement).closest('tr');
    const row = this.#rows.get(line?.dataset.id ?? '');
    if (line === null || row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = (other: Element | null | undefined) => {
      const id = (other as HTMLElement | null | undefined)?.dataset.id;
      if (id !== undefined) this.#moveFocus(id, true);
    };
    const keys: { readonly [key: string]: () => void } = {
      ArrowDown: () => to(line.nextElementSibling),
      ArrowUp: () => to(line.previousElementSibling),
      Home: () => to(this.body.firstElementChild),
      End: () => to(this.body.lastElementChild),
      ArrowRight: () => (this.#isFolded(row) ? this.#fold(row.id, false) : to(line.nextElementSibling)),
      ArrowLeft: () =>
        row.children > 0 && !this.#isFolded(row) ? this.#fold(row.id, true) : to(this.#parentOf(line)),
      s: () => row.pid !== undefined && this.act({ id: row.id, action: 'stop' }),
      k: () => row.pid !== undefined && this.act({ id: row.id, action: 'kill' }),
    };
    const obey = keys[event.key];
    if (obey === undefined) return;
    event.preventDefault();
    obey();
  }

  #parentOf(line: HTMLTableRowElement): Element | null {
    const level = Number(line.ariaLevel ?? line.getAttribute('aria-level'));
    let above = line.previousElementSibling;
    while (above !== null && Number(above.getAttribute('aria-level')) >= level)
      above = above.previousElementSibling;
    return above;
  }
}
