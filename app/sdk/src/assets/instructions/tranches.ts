import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { ofLength } from '../../core/bytes';
import type { Asset } from '../accounts';
import { stakeAddress } from '../addresses';
import { instruction } from '../program';
import { textField } from '../text';
import { tokensOf } from './accounts';

/** Announces the next tranche with evidence that it was earned. The authority signs. @throws FormatError */
export const announceTranche = (args: {
  asset: Asset;
  /** A link, up to 128 bytes. */
  evidence: string;
  /** SHA-256 of what the link leads to, 32 bytes. */
  evidenceHash: Uint8Array;
}): TransactionInstruction => {
  const { authority: caller, address } = args.asset;
  const evidence = textField(128, args.evidence, 'the link to the evidence');
  const evidenceHash = [...ofLength(32, args.evidenceHash, 'the hash of the evidence')];
  return instruction('announceTranche', { evidenceHash, evidence }, { caller, asset: address });
};

/** Objects to the announced tranche with what was staked before. The owner signs; the stake is locked until it is decided. */
export const objectTranche = ({ asset, owner }: { asset: Asset; owner: PublicKey }): TransactionInstruction =>
  instruction(
    'objectTranche',
    {},
    {
      owner,
      asset: asset.address,
      stake: stakeAddress({ asset: asset.address, owner }),
    },
  );

/** Pays the announced tranche into the builder's associated token account, which must exist. Anyone may send it. */
export const payTranche = (asset: Asset): TransactionInstruction =>
  instruction(
    'payTranche',
    {},
    {
      asset: asset.address,
      escrow: asset.escrow,
      destination: tokensOf(asset.revenue[0], asset.terms.builder),
      paymentTokenProgram: asset.revenue[0].tokenProgram,
    },
  );

/** Lets holders redeem their shares: the authority at any time, anyone else 90 days past the tranche's date. `caller` signs. */
export const openClawBack = (args: { asset: Asset; caller: PublicKey }): TransactionInstruction =>
  instruction('openClawBack', {}, { caller: args.caller, asset: args.asset.address });
