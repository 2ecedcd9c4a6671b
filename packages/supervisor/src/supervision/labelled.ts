/** Options with the name of a definition, where there is one. */
export const labelled = <Options extends object>(options: Options, label: string | undefined) =>
  label === undefined ? options : { ...options, name: label };
