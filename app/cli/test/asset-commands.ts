import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import type { AssetOptions } from '../../../tests/support/assets';
import { assetsChain, TestAsset } from '../../../tests/support/assets';
import type { TestChain } from '../../../tests/support/chain';
import { asset as command } from '../src/commands/asset';
import { Files } from './files';

/** Runs `commonwire asset` on a chain of its own, with key files. */
export class AssetCommands {
  readonly files = new Files();
  /** Where commands connect to; a test may put a proxy in between. */
  url: string;

  private constructor(readonly chain: TestChain) {
    this.url = chain.connection.rpcEndpoint;
  }

  static start = async (): Promise<AssetCommands> => new AssetCommands(await assetsChain());

  create = (options?: AssetOptions): Promise<TestAsset> => TestAsset.create(this.chain, options);

  /** Runs an action and returns its lines. */
  async run(action: string, ...argv: string[]): Promise<string[]> {
    const lines: string[] = [];
    const status = await command.run([action, '--url', this.url, ...argv], (line) => lines.push(line));
    expect(status).to.equal(0);
    return lines;
  }

  /** Runs an action about an asset with somebody's key. */
  as = (key: Keypair, asset: TestAsset, action: string, ...more: string[]): Promise<string[]> =>
    this.run(action, '--asset', asset.address.toBase58(), '--keypair', this.files.key(key), ...more);

  /** The same with `--json`. */
  async json(key: Keypair, asset: TestAsset, action: string, ...more: string[]) {
    const [text, ...rest] = await this.as(key, asset, action, ...more, '--json');
    expect(rest).to.deep.equal([]);
    return JSON.parse(text!);
  }
}
