import { CommonwireError } from '@commonwire/sdk/core';

/** Thrown when the input of a pure domain function breaks its contract. `code` is stable. */
export class DomainError extends CommonwireError {}
