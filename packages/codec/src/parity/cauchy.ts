import { divide, exp, log, multiply, productsOf } from '../qr/galois.js';

/*
 * Reed–Solomon for erasures, with a Cauchy matrix: check j of a group is the sum over its members m of
 * member / (j + checks + m), in the field of 256 elements. Every square part of such a matrix can be inverted: as many
 * lost members come back as there are checks left.
 */

const factorLog = (check: number, member: number, checks: number): number =>
  (255 - (log[check ^ (checks + member)] as number)) % 255;

/** Adds `bytes` times the matrix's element to `sum`. */
const addTimes = (sum: Uint8Array, bytes: Uint8Array, power: number): void => {
  const products = productsOf(power);
  for (let at = 0; at < bytes.length; at++)
    sum[at] = (sum[at] as number) ^ (products[bytes[at] as number] as number);
};

/**
 * Adds a member to the checks of its group.
 *
 * @param parity one array for each check, zeros at first
 */
export const addMember = (parity: readonly Uint8Array[], member: number, bytes: Uint8Array): void => {
  for (const [check, sum] of parity.entries()) addTimes(sum, bytes, factorLog(check, member, parity.length));
};

/** A member or a check that is there. */
export type Shard = { readonly index: number; readonly bytes: Uint8Array };

/**
 * The lost members, in the order asked for; `undefined` where fewer checks than lost members are there.
 *
 * @param checks how many checks the group was made with
 */
export const restoreMembers = (
  members: readonly Shard[],
  parity: readonly Shard[],
  lost: readonly number[],
  checks: number,
): readonly Uint8Array[] | undefined => {
  if (parity.length < lost.length) return undefined;
  const rows = parity.slice(0, lost.length).map(({ index, bytes }) => {
    const sum = Uint8Array.from(bytes);
    for (const member of members) addTimes(sum, member.bytes, factorLog(index, member.index, checks));
    return { factors: lost.map((member) => exp[factorLog(index, member, checks)] as number), sum };
  });
  // Gauss and Jordan: column by column, until each row is one lost member.
  for (let column = 0; column < rows.length; column++) {
    const pivot = rows.findIndex(({ factors }, at) => at >= column && factors[column] !== 0);
    const row = rows[pivot];
    if (row === undefined) return undefined;
    rows[pivot] = rows[column] as (typeof rows)[number];
    rows[column] = row;
    scale(row, divide(1, row.factors[column] as number));
    for (const other of rows) {
      const factor = other.factors[column] as number;
      if (other === row || factor === 0) continue;
      for (let at = 0; at < other.factors.length; at++)
        other.factors[at] = (other.factors[at] as number) ^ multiply(factor, row.factors[at] as number);
      addTimes(other.sum, row.sum, log[factor] as number);
    }
  }
  return rows.map(({ sum }) => sum);
};

const scale = ({ factors, sum }: { factors: number[]; sum: Uint8Array }, factor: number): void => {
  const products = productsOf(log[factor] as number);
  for (let at = 0; at < factors.length; at++) factors[at] = multiply(factor, factors[at] as number);
  for (let at = 0; at < sum.length; at++) sum[at] = products[sum[at] as number] as number;
};
