import type { Rule } from '@commonwire/sdk/network';

/** The rules whose changes are announced. */
export const RULES: readonly Rule[] = ['policy', 'committee', 'guardian'];
