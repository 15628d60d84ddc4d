import { CommonwireError } from '@commonwire/sdk/core';

/** Input to a pure function of the domain that breaks its contract; `code` is stable. */
export class DomainError extends CommonwireError {}
