import { formatUnits } from '@commonwire/sdk/core';
import type { OwnerInfo } from '@commonwire/sdk/oracle';

/** An owner's devices as CSV for spreadsheets: amounts in tokens with a point, whatever the language shown. */
export function ownerCsv({ owner, devices }: OwnerInfo, decimals: number, epoch: number): string {
  const amount = (units: string) => formatUnits(BigInt(units), decimals);
  const rows = devices.map(({ index, kind, earned, paid, claimable }) =>
    [owner, epoch, index, kind, amount(earned), amount(paid), amount(claimable)].join(','),
  );
  return ['owner,epoch,device,kind,earned,paid,claimable', ...rows, ''].join('\r\n');
}

/** Hands a text to the reader as a file. */
export function saveFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
