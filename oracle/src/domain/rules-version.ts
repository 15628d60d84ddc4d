/** Which rules this software has. */
import { DomainError } from './errors';

/**
 * The version of the rules: formulas, and the constants in them that are no field of the policy. A policy names the
 * version that a network is judged by, and every dataset carries it, so that nobody closes or audits an epoch by other
 * rules than its own.
 *
 * Raise it by one together with any change that makes the same reports, registry, policy and previous state lead to
 * another dataset: another verdict, reason, score, reward or state, and also another default, name or order of the
 * policy's fields. `tests/verification/rules-version.test.ts` fails until the version is raised and recorded.
 */
export const RULES_VERSION = 6;

/**
 * Holds a version against the one of this software.
 * @param named who asks for the version, such as "this policy asks for"
 * @throws DomainError `unsupported-rules-version`
 */
export function requireRules(version: number, named: string): void {
  if (version === RULES_VERSION) return;
  throw new DomainError(
    'unsupported-rules-version',
    `${named} version ${version} of the rules, this software has version ${RULES_VERSION}: ` +
      `use the release of Commonwire that has version ${version}`,
  );
}
