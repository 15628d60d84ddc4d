import type { AnnouncedRule } from '@commonwire/sdk/network';

/** The rules whose changes are announced. */
export const RULES: readonly AnnouncedRule[] = ['policy', 'committee', 'guardian'];
