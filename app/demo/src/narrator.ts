import type { OracleEmitter } from '@commonwire/oracle';
import { formatUnits } from '@commonwire/sdk/core';

/** Writes events as lines: seconds since the start, source, event. */
export class Narrator {
  private readonly started = Date.now();

  constructor(
    private readonly write: (line: string) => void,
    private readonly decimals: number,
  ) {}

  /** Writes one line for the demo or an oracle. */
  say(who: string, what: string): void {
    const seconds = ((Date.now() - this.started) / 1000).toFixed(1);
    this.write(`${seconds.padStart(7)} s  ${who.padEnd(9)} ${what}\n`);
  }

  /** Writes a line for each notable event of an oracle. Batches are summed until the epoch is sealed. */
  follow(name: string, events: OracleEmitter): void {
    const say = (what: string) => this.say(name, what);
    const tally = { accepted: 0, duplicate: 0, refused: new Map<string, number>() };
    events.on('batch', ({ accepted, duplicate, rejected }) => {
      tally.accepted += accepted;
      tally.duplicate += duplicate;
      for (const [code, count] of Object.entries(rejected)) {
        tally.refused.set(code, (tally.refused.get(code) ?? 0) + count);
      }
    });
    events.on('registered', ({ total }) => say(`knows ${total} devices`));
    events.on('cut', ({ epoch, signature }) => say(`epoch ${epoch} cut          ${short(signature)}`));
    events.on('sealed', ({ epoch }) => {
      const refused = [...tally.refused].map(([code, count]) => `${count} ${code}`).join(', ') || 'none';
      say(
        `epoch ${epoch}: ${tally.accepted} reports stored, ${tally.duplicate} duplicate, refused: ${refused}`,
      );
      tally.accepted = 0;
      tally.duplicate = 0;
      tally.refused.clear();
    });
    events.on('closed', ({ epoch, ledgerRoot, earnedTotal, totals }) =>
      say(
        `epoch ${epoch}: ledger root ${ledgerRoot.slice(0, 16)}…, total earned ${this.tokens(earnedTotal)}; ` +
          `${totals.accepted} accepted, ${totals.zeroed} zeroed, ${totals.rejected} rejected, ${totals.duplicate} duplicate`,
      ),
    );
    events.on('signed', ({ epoch, ledgerRoot, leader }) =>
      say(
        `epoch ${epoch} signed       root ${ledgerRoot.slice(0, 16)}…${leader ? ' (leader)' : ', recomputed'}`,
      ),
    );
    events.on('declined', ({ epoch, code, message }) =>
      say(`epoch ${epoch} NOT signed: ${code}: ${message}`),
    );
    events.on('posted', ({ epoch, signers, signature, computeUnits }) =>
      say(`epoch ${epoch} posted       ${short(signature)}  ${signers} signatures, ${units(computeUnits)}`),
    );
    events.on('promoted', ({ epoch, signature }) => say(`epoch ${epoch} promoted     ${short(signature)}`));
    events.on('paid', ({ epoch, first, devices, amount, signature, computeUnits }) =>
      say(
        `epoch ${epoch} paid         ${short(signature)}  ${this.tokens(amount)} to ${devices} devices from index ${first}, ${units(computeUnits)}`,
      ),
    );
    events.on('failed', ({ task, code, message }) =>
      say(`${task} failed and will be retried: ${code}: ${message}`),
    );
  }

  /** Formats base units as tokens. */
  tokens(amount: bigint): string {
    return `${formatUnits(amount, this.decimals, ',')} tokens`;
  }
}

const short = (signature: string): string => `tx ${signature.slice(0, 8)}…`;
const units = (count: number): string => `${count.toLocaleString('en-US')} CU`;
