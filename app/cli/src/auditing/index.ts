// What the web application audits with. Nothing here needs Node.
export { type Audit, audit } from './audit';
export { marketsOn } from './book';
export { type Explanation, explainDevice } from './device';
export type { Download } from './download';
export type { Verifier } from './verifier';
