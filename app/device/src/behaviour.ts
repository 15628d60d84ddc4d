import { type Ed25519KeyPair, ed25519KeyPair } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import type { Behaviour } from './plan';
import { derive } from './random';
import { type DeviceIdentity, type Reading, signReading } from './sign';

/** A report on its way, with the number of the oracle it is meant for (modulo how many there are). */
export interface Outgoing {
  signed: SignedReport;
  prefer: number;
}

/** Turns each measured interval, in order, into what the device sends for it: nothing, one report or several. */
export type Act = (reading: Reading) => Outgoing[];

const HOUR = 3_600;
/** Beyond the oracles' late window of 36 hours. */
const STALE_SECONDS = 37 * HOUR;
const DAY = 86_400;

/** What an {@link Act} needs to know of its device. */
export interface Actor {
  identity: DeviceIdentity;
  key: Ed25519KeyPair;
  capacityWatts: number;
  /** Devices of one lane send what they measured at one time to the same oracle. */
  lane: number;
}

/** The act of a behaviour. */
export function actOf(behaviour: Behaviour, actor: Actor): Act {
  return acts[behaviour](actor);
}

const acts: Record<Behaviour, (actor: Actor) => Act> = {
  honest: (actor) => (reading) => [genuine(actor, reading)],

  // The right bytes, signed by a key that isn't the device's.
  'forged-signature': (actor) => {
    const stranger = ed25519KeyPair(derive('stranger', 'device', actor.identity.index));
    return (reading) => [genuine({ ...actor, key: stranger }, reading)];
  },

  // Honest once; then the same bytes again: an hour later to the oracle that has them and to one that hasn't, and 37
  // hours later, when they have to be too old to be remembered.
  replay: (actor) => {
    const sent: (Outgoing & { start: number })[] = [];
    return (reading) => {
      const { signed, prefer } = genuine(actor, reading);
      sent.push({ start: reading.start, signed, prefer });
      const recent = sent.find(({ start }) => start === reading.start - HOUR);
      const outgoing = [{ signed, prefer }];
      if (recent) outgoing.push(again(recent), again(recent, 1));
      while (sent[0] && sent[0].start <= reading.start - STALE_SECONDS) {
        outgoing.push(again(sent.shift()!));
      }
      return outgoing;
    };
  },

  // Validly signed, and half the capacity in the four hours around solar midnight; nothing by day.
  'night-sun': (actor) => (reading) => {
    const hours = solarHour(reading, actor.identity.longitude);
    if (hours > 2 && hours < 22) return [];
    const value = BigInt(Math.floor((actor.capacityWatts * reading.seconds) / HOUR / 2));
    return [genuine(actor, { ...reading, value })];
  },

  // What was measured and two thirds of it, together: both validly signed, both plausible. Sent apart they could fall to
  // two epochs, and the first would be paid and taken back from later earnings.
  'two-readings': (actor) => (reading) => {
    const measured = genuine(actor, reading);
    if (reading.value === 0n) return [measured];
    const other = genuine(actor, { ...reading, value: (reading.value * 2n) / 3n });
    return [measured, again(other)];
  },
};

/** The same report to the oracle `further` places on. */
function again({ signed, prefer }: Outgoing, further = 0): Outgoing {
  return { signed, prefer: prefer + further };
}

function genuine({ identity, key, lane }: Actor, reading: Reading): Outgoing {
  // Neighbouring intervals go to different oracles, as after a fail-over: every oracle sees every device.
  const prefer = lane + Math.floor(reading.start / reading.seconds);
  return { signed: signReading(identity, key, reading), prefer };
}

/** Mean solar time of an interval's middle, hours 0 to 24. */
function solarHour({ start, seconds }: Reading, longitude: number): number {
  const solar = start + seconds / 2 + (longitude / 1e7 / 360) * DAY;
  return (((solar % DAY) + DAY) % DAY) / HOUR;
}
