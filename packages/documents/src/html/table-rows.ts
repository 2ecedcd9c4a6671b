import type { TextBuilder } from './text-builder.js';

/** Puts the rows of tables on lines, also where cells hold paragraphs, as in Word documents. A heading stays by itself. */
export class TableRows {
  private isFirstCell = true;
  /** Nothing was said yet in the cell that was begun. */
  private isCellEmpty = false;
  private isAfterHeading = false;

  constructor(private readonly builder: TextBuilder) {}

  /** An element begins; whether that is all there is to it. */
  open(name: string): boolean {
    if (name === 'tr') this.isFirstCell = true;
    if (name === 'td' || name === 'th') {
      if (!this.isFirstCell && !this.isAfterHeading) this.builder.nextCell();
      this.isFirstCell = false;
      this.isCellEmpty = true;
      return true;
    }
    return name === 'p' && this.isCellEmpty;
  }

  /** An element ends; whether that is all there is to it. */
  close(name: string): boolean {
    if (/^h[1-6]$/.test(name)) this.isAfterHeading = true;
    if (name !== 'tr' || this.isAfterHeading) return false;
    this.builder.nextRow();
    return true;
  }

  /** There is text. */
  text(text: string): void {
    if (!/[^\t\n\f\r ]/.test(text)) return;
    this.isCellEmpty = false;
    this.isAfterHeading = false;
  }
}
