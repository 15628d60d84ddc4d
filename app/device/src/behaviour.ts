import { type Ed25519KeyPair, ed25519KeyPair } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import type { Behaviour } from './plan';
import { derive } from './random';
import { type DeviceIdentity, type Reading, signReading } from './sign';

/** A report to send, with the number of the preferred oracle (modulo the number of oracles). */
export interface Outgoing {
  signed: SignedReport;
  prefer: number;
}

/** Turns each reading, in order, into the reports that the device sends for it: none, one or several. */
export type Act = (reading: Reading) => Outgoing[];

const HOUR = 3_600;
/** Longer than the oracles' late window of 36 hours. */
const STALE_SECONDS = 37 * HOUR;
const DAY = 86_400;

/** The device that an {@link Act} acts for. */
export interface Actor {
  identity: DeviceIdentity;
  key: Ed25519KeyPair;
  capacityWatts: number;
  /** Devices with the same lane send reports of the same interval to the same oracle. */
  lane: number;
}

/** Returns the act for a behaviour. */
export function actOf(behaviour: Behaviour, actor: Actor): Act {
  return acts[behaviour](actor);
}

const acts: Record<Behaviour, (actor: Actor) => Act> = {
  honest: (actor) => (reading) => [genuine(actor, reading)],

  // Sends correct reports, signed with a key that isn't the device's.
  'forged-signature': (actor) => {
    const stranger = ed25519KeyPair(derive('stranger', 'device', actor.identity.index));
    return (reading) => [genuine({ ...actor, key: stranger }, reading)];
  },

  // Sends honest reports and repeats them: an hour later to the oracle that has them and to one that doesn't, and 37
  // hours later, when oracles no longer remember them and must reject them as too old.
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

  // Claims half the capacity in the four hours around solar midnight, validly signed. Sends nothing by day.
  'night-sun': (actor) => (reading) => {
    const hours = solarHour(reading, actor.identity.longitude);
    if (hours > 2 && hours < 22) return [];
    const value = BigInt(Math.floor((actor.capacityWatts * reading.seconds) / HOUR / 2));
    return [genuine(actor, { ...reading, value })];
  },

  // Sends the measured value and two thirds of it, both validly signed and plausible. They go in the same batch:
  // in two epochs, the first would be paid and later taken back from earnings.
  'two-readings': (actor) => (reading) => {
    const measured = genuine(actor, reading);
    if (reading.value === 0n) return [measured];
    const other = genuine(actor, { ...reading, value: (reading.value * 2n) / 3n });
    return [measured, again(other)];
  },
};

/** Returns the same report for the oracle `further` places on. */
function again({ signed, prefer }: Outgoing, further = 0): Outgoing {
  return { signed, prefer: prefer + further };
}

function genuine({ identity, key, lane }: Actor, reading: Reading): Outgoing {
  // Neighbouring intervals go to different oracles, as after a failover, so every oracle sees every device.
  const prefer = lane + Math.floor(reading.start / reading.seconds);
  return { signed: signReading(identity, key, reading), prefer };
}

/** Returns the mean solar time at the middle of an interval, hours 0 to 24. */
function solarHour({ start, seconds }: Reading, longitude: number): number {
  const solar = start + seconds / 2 + (longitude / 1e7 / 360) * DAY;
  return (((solar % DAY) + DAY) % DAY) / HOUR;
}
