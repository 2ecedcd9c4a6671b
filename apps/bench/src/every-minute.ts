/** Says on stderr each minute how far a long run has come. @returns ends it */
export const everyMinute = (said: (minutes: number) => string): (() => void) => {
  let minutes = 0;
  const timer = setInterval(() => console.error(said(++minutes)), 60_000).unref();
  return () => clearInterval(timer);
};
