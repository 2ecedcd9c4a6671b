import { type ProfileName, profiles } from '@memvisor/codec';

/** The best kind of file for a profile. */
export const containerFor = (profile: ProfileName): string => profiles[profile].containers[0] ?? 'mkv';
