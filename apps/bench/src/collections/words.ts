/** White space of any kind as one blank. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

export const wordCount = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;
