import { time } from '@commonwire/sdk/core';
import {
  type Area,
  admitMeter,
  areaAddress,
  closeMeter,
  createArea,
  EXPIRY_SECONDS,
  fetchArea,
  fetchMeter,
  type Meter,
  meterAddress,
  nextInterval,
  removeMeter,
  setOperator,
  USES,
} from '@commonwire/sdk/market';
import { address } from '@commonwire/sdk/node';
import type { Connection } from '@solana/web3.js';
import { z } from 'zod';
import type { Role } from '../acting';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { defineMarketAction, nothing } from './action';
import { cellOf, cellOptions, device, percentage } from './options';
import { authorityOf, found } from './subjects';

const uses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z
      .array(z.enum(USES, `is not a list of ${USES.join(', ')}`))
      .refine((list) => new Set(list).size === list.length, 'names a use twice'),
  );

/** What a market's authority does with areas, in the order of the help. */
export const areaActions: readonly Action[] = [
  defineMarketAction({
    name: 'create',
    about: 'market',
    usage:
      '(--cell HEX | --latitude DEGREES --longitude DEGREES [--resolution N]) [--operator ADDRESS] [--loss PERCENT] [--uses LIST]',
    summary: 'the authority opens an area, whose operator admits meters: by default the authority itself',
    options: {
      ...cellOptions,
      operator: address.optional(),
      loss: percentage.default(0),
      uses: uses.default(['energy']),
    },
    role: authorityOf,
    plan: async ({ connection, subject: { address: market }, signer, payer, values }) => {
      const cell = cellOf(values);
      const at = areaAddress({ market, cell });
      const { operator = signer, loss: lossBps } = values;
      const made = { area: at.toBase58(), h3_cell: cell.toString(16) };
      const there = await found(connection, at, fetchArea);
      if (there) {
        const isSame = there.lossBps === lossBps && there.uses.join() === inOrder(values.uses).join();
        if (isSame) return { ...nothing(`area ${at} of cell ${made.h3_cell} is open already`), made };
        throw new CliError(
          'area-differs',
          `area ${at} of cell ${made.h3_cell} is open with another loss or other uses, which never change: choose another cell`,
        );
      }
      return {
        groups: [
          [createArea({ market, authority: signer, payer, cell, operator, lossBps, uses: values.uses })],
        ],
        effects: [
          `opens area ${at} in cell ${made.h3_cell} for ${values.uses.join(', ')}; ${lossBps / 100} % of exported energy is lost`,
          `its operator is ${operator}`,
        ],
        next: [`The operator admits meters: commonwire meter admit --area ${at} --device N`],
        made,
      };
    },
  }),
  defineMarketAction({
    name: 'operator',
    about: 'area',
    usage: '--to ADDRESS',
    summary: "the market's authority gives an area another operator",
    options: { to: address },
    role: (_, { market }) => authorityOf(market),
    plan: ({ subject: area, signer, values: { to } }) => {
      if (area.operator.equals(to)) return nothing(`${to} is the operator already`);
      const { market, address: at } = area;
      return {
        groups: [[setOperator({ market, authority: signer, area: at, operator: to })]],
        effects: [`${to} becomes the operator of area ${at}, in place of ${area.operator}`],
      };
    },
  }),
];

const inOrder = (list: readonly string[]) => USES.filter((use) => list.includes(use));

const operatorOf = ({ operator }: Area): Role => ({ name: "area's operator", address: operator });

/** @throws CliError `no-meter` */
async function meterOf(connection: Connection, area: Area, index: number): Promise<Meter> {
  const meter = await found(connection, meterAddress({ area: area.address, device: index }), fetchMeter);
  if (meter) return meter;
  throw new CliError(
    'no-meter',
    `area ${area.address} has no meter ${index}: its operator ${area.operator} admits one with commonwire meter admit`,
  );
}

/** Requires a meter that an area has admitted, before something is sold or bought by it. @throws CliError `no-meter`, `not-admitted` */
export async function requireAdmitted(connection: Connection, area: Area, index: number): Promise<void> {
  const { removedAt } = await meterOf(connection, area, index);
  if (removedAt !== 0n)
    throw new CliError(
      'not-admitted',
      `meter ${index} was removed from area ${area.address} ${time(removedAt)}: its operator ${area.operator} can admit it again once it is closed`,
    );
}

/** What an area's operator does with meters, in the order of the help. */
export const meterActions: readonly Action[] = [
  defineMarketAction({
    name: 'admit',
    about: 'area',
    usage: '--device N',
    summary: 'the operator admits a meter, by its index in the registry, from the next quarter of an hour on',
    options: { device },
    role: operatorOf,
    plan: async ({ connection, subject: area, facts, signer, values }) => {
      const { address: at } = area;
      const meter = await found(connection, meterAddress({ area: at, device: values.device }), fetchMeter);
      if (meter && meter.removedAt === 0n) return nothing(`meter ${values.device} is admitted already`);
      if (meter)
        throw new CliError(
          'not-admitted',
          `meter ${values.device} was removed: close it from ${time(closableFrom(meter))} on with commonwire meter close, and admit it then`,
        );
      return {
        groups: [[admitMeter({ area: at, operator: signer, device: values.device })]],
        effects: [`admits meter ${values.device} to area ${at} from ${time(nextInterval(facts.now))} on`],
      };
    },
  }),
  defineMarketAction({
    name: 'remove',
    about: 'area',
    usage: '--device N',
    summary: 'the operator removes a meter, from the next quarter of an hour on',
    options: { device },
    role: operatorOf,
    plan: async ({ connection, subject: area, facts, signer, values }) => {
      const meter = await meterOf(connection, area, values.device);
      if (meter.removedAt !== 0n)
        return nothing(`meter ${values.device} was removed ${time(meter.removedAt)}`);
      return {
        groups: [[removeMeter({ area: area.address, operator: signer, device: values.device })]],
        effects: [
          `removes meter ${values.device} from area ${area.address} from ${time(nextInterval(facts.now))} on: its offers and orders stop there`,
        ],
      };
    },
  }),
  defineMarketAction({
    name: 'close',
    about: 'area',
    usage: '--device N',
    summary:
      'closes a meter 30 days after it was removed, whose rent goes back to who admitted it; anybody may',
    options: { device },
    plan: async ({ connection, subject: area, facts, values }) => {
      const meter = await meterOf(connection, area, values.device);
      if (meter.removedAt === 0n)
        throw new CliError(
          'wrong-state',
          `meter ${values.device} is admitted: the operator ${area.operator} must first run commonwire meter remove`,
        );
      if (facts.now < closableFrom(meter))
        throw new CliError(
          'wrong-state',
          `meter ${values.device} was removed ${time(meter.removedAt)}: close it from ${time(closableFrom(meter))} on`,
        );
      return {
        groups: [[closeMeter(meter)]],
        effects: [`closes meter ${values.device}; its rent goes back to ${meter.payer}`],
      };
    },
  }),
];

const closableFrom = ({ removedAt }: Meter): bigint => nextInterval(removedAt) + EXPIRY_SECONDS;
