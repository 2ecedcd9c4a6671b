/** A part of a request: some of its texts, for one partition. */
export type Job = { readonly firstText: number; readonly texts: readonly string[] };

/** About a tenth of a second of work, so that requests take turns and an abort is soon heard. */
const jobCharacters = 2_000;
const jobTexts = 16;

/** Cuts a request's texts into jobs, in order. A text longer than a job's share is a job alone. */
export const jobsOf = (texts: readonly string[]): Job[] => {
  const jobs: Job[] = [];
  let first = 0;
  let characters = 0;
  for (const [i, { length }] of texts.entries()) {
    if (i > first && (i - first === jobTexts || characters + length > jobCharacters)) {
      jobs.push({ firstText: first, texts: texts.slice(first, i) });
      first = i;
      characters = 0;
    }
    characters += length;
  }
  if (first < texts.length) jobs.push({ firstText: first, texts: texts.slice(first) });
  return jobs;
};

/** Jobs that wait, taken in turns from each request: a question does not wait for a whole book. */
export class Backlog<Request> {
  readonly #waiting = new Map<Request, { readonly jobs: readonly Job[]; next: number }>();

  add(request: Request, jobs: readonly Job[]): void {
    if (jobs.length > 0) this.#waiting.set(request, { jobs, next: 0 });
  }

  /** The next job of the request whose turn it is, which then goes to the end of the line. */
  take(): { readonly request: Request; readonly job: Job } | undefined {
    for (const [request, waiting] of this.#waiting) {
      const job = waiting.jobs[waiting.next++];
      this.#waiting.delete(request);
      if (job === undefined) continue;
      if (waiting.next < waiting.jobs.length) this.#waiting.set(request, waiting);
      return { request, job };
    }
    return undefined;
  }

  drop(request: Request): void {
    this.#waiting.delete(request);
  }
}
