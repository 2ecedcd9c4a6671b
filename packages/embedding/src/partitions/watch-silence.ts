/** Calls `silent` when there is work and nothing was heard for `timeoutMs`. */
export const watchSilence = (timeoutMs: number, silent: () => void) => {
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = running > 0 ? setTimeout(silent, timeoutMs) : undefined;
  };
  return {
    heard,
    begin: (): void => {
      running++;
      if (timer === undefined) heard();
    },
    done: (): void => {
      running--;
      heard();
    },
    end: (): void => {
      running = 0;
      heard();
    },
  };
};
