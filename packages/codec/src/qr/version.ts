/** Modules along one side of a QR code of this version, 1 to 40. */
export const modulesOfVersion = (version: number): number => 17 + 4 * version;
