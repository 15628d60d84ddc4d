import type { Command } from '../command';
import { approve } from './approve';
import { area } from './area';
import { asset } from './asset';
import { attest } from './attest';
import { audit } from './audit';
import { bond } from './bond';
import { challenge } from './challenge';
import { checkTrace } from './check-trace';
import { completion } from './completion';
import { dao } from './dao';
import { demand } from './demand';
import { doctor } from './doctor';
import { fund } from './fund';
import { govern } from './govern';
import { guard } from './guard';
import { init } from './init';
import { localnet } from './localnet';
import { market } from './market';
import { meter } from './meter';
import { offer } from './offer';
import { oracle } from './oracle';
import { order } from './order';
import { parking } from './parking';
import { receipts } from './receipts';
import { retire } from './retire';
import { settle } from './settle';
import { slash } from './slash';
import { stake } from './stake';
import { status } from './status';
import { transfer } from './transfer';
import { verify } from './verify';

/** All commands, in the order of the help within each group. */
export const commands: readonly Command[] = [
  init,
  doctor,
  completion(() => commands),
  status,
  verify,
  audit,
  receipts,
  settle,
  transfer,
  retire,
  challenge,
  demand,
  oracle,
  approve,
  govern,
  guard,
  stake,
  dao,
  fund,
  bond,
  slash,
  asset,
  localnet,
  market,
  area,
  meter,
  offer,
  order,
  parking,
  checkTrace,
  attest,
];
