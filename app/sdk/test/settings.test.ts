import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from '@coral-xyz/anchor';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import * as z from 'zod';
import { AUTO_PRIORITY_FEE } from '../src/core/priority-fee';
import {
  clusterUrl,
  flag,
  keypairSource,
  networkAddress,
  oracleUrl,
  parseOptions,
  priorityFee,
  readKeypair,
  Signing,
} from '../src/node';

const VARIABLES = [
  'COMMONWIRE_RPC_URL',
  'COMMONWIRE_NETWORK',
  'COMMONWIRE_ORACLE_URL',
  'COMMONWIRE_KEYPAIR',
  'COMMONWIRE_PRIORITY_FEE',
  'COMMONWIRE_PROFILE',
  'COMMONWIRE_CONFIG',
];

describe('options that are the same every time', () => {
  const [network, other] = [Keypair.generate(), Keypair.generate()].map(({ publicKey }) => publicKey);
  const schema = z.object({
    url: clusterUrl,
    network: networkAddress,
    oracle: oracleUrl.optional(),
    dataset: z.string().optional(),
    keypair: keypairSource,
    'priority-fee': priorityFee.optional(),
    json: flag,
  });
  let folder: string;
  let before: Record<string, string | undefined>;

  beforeEach(() => {
    before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
    for (const name of VARIABLES) delete process.env[name];
    folder = mkdtempSync(join(tmpdir(), 'commonwire-settings-'));
    config({
      default: 'home',
      profiles: {
        home: { url: 'localhost', network: network!.toBase58(), oracle: 'http://one' },
        away: { url: 'https://user:MYSECRET@rpc.example/', keypair: 'id.json', 'priority-fee': 'auto' },
      },
    });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  const config = (value: unknown) => {
    process.env.COMMONWIRE_CONFIG = join(folder, 'config.json');
    writeFileSync(process.env.COMMONWIRE_CONFIG, JSON.stringify(value));
  };
  const parse = (...argv: string[]) => parseOptions('tool', argv, schema);
  const errorOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('nothing was refused');
  };

  it("come from the file's default profile", () => {
    const { url, network: found, oracle } = parse();
    expect(url).to.equal('http://127.0.0.1:8899');
    expect(found.equals(network!)).to.equal(true);
    expect(oracle).to.equal('http://one');
  });

  it('come from the profile that is named', () => {
    const given = parse('--profile', 'away', '--network', other!.toBase58());
    expect(given).to.include({ url: 'https://user:MYSECRET@rpc.example/', keypair: 'id.json' });
    expect(given['priority-fee']).to.equal(AUTO_PRIORITY_FEE);
    process.env.COMMONWIRE_PROFILE = 'away';
    expect(parse('--network', other!.toBase58()).keypair).to.equal('id.json');
  });

  it('come from the environment first, and from the command line before that', () => {
    process.env.COMMONWIRE_RPC_URL = 'devnet';
    process.env.COMMONWIRE_PRIORITY_FEE = '7';
    expect(parse()).to.include({ url: 'https://api.devnet.solana.com', 'priority-fee': 7n });
    expect(parse('--url', 'mainnet')).to.include({ url: 'https://api.mainnet-beta.solana.com' });
  });

  it('a dataset takes the place of an oracle', () => {
    expect(parse('--dataset', 'folder').oracle).to.equal(undefined);
  });

  it('have their former names', () => {
    expect(parse('--rpc', 'testnet', '--owner-key', 'me.json')).to.include({
      url: 'https://api.testnet.solana.com',
      keypair: 'me.json',
    });
  });

  it('error: a value that can not be used, with where it came from, and no secret', () => {
    process.env.COMMONWIRE_NETWORK = 'nobody';
    expect(errorOf(parse)).to.match(/^COMMONWIRE_NETWORK: nobody is not a base58 address/);
    delete process.env.COMMONWIRE_NETWORK;
    config({ default: 'home', profiles: { home: { url: 'ws://user:MYSECRET@host/KEY' } } });
    expect(errorOf(parse))
      .to.match(/^url of profile home: ws:\/\/host is neither localhost/)
      .and.not.include('MYSECRET');
    expect(errorOf(() => parse('--url', 'user:MYSECRET@host'))).to.match(
      /^--url: the given value is neither/,
    );
  });

  it('error: no such profile, or no such setting', () => {
    expect(errorOf(() => parse('--profile', 'moon'))).to.match(/has no profile moon; it has: home, away/);
    config({ profiles: { home: { rpc: 'x' } } });
    expect(errorOf(() => parse('--profile', 'home'))).to.include('Unrecognized key');
  });

  describe('who signs', () => {
    const key = Keypair.generate();
    const base58 = utils.bytes.bs58.encode(key.secretKey);
    const file = (text: string) => {
      const path = join(folder, 'key');
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };

    it('is a file of bytes or in base58, also by its scheme, or the base58 itself', () => {
      const bytes = file(JSON.stringify([...key.secretKey]));
      for (const source of [bytes, `file:${bytes}`, `file://${bytes}`, base58])
        expect(readKeypair(source).publicKey.equals(key.publicKey), source).to.equal(true);
      expect(readKeypair(file(`${base58}\n`)).publicKey.equals(key.publicKey)).to.equal(true);
    });

    it('is an address where nothing is signed', () => {
      const options = { payer: undefined, 'priority-fee': undefined, print: true };
      const { signer, payer, prints } = Signing.read({ ...options, keypair: network!.toBase58() });
      expect([signer.equals(network!), payer.equals(network!), prints]).to.deep.equal([true, true, true]);
    });

    it('error: what can not sign here says what to do, and no error shows a key', () => {
      expect(errorOf(() => readKeypair('usb://ledger'))).to.match(/hardware wallet.*--print/);
      expect(errorOf(() => readKeypair('prompt:'))).to.include('--print');
      for (const wrong of [
        base58.slice(2),
        `${base58}xyz`,
        file(base58.slice(3)),
        base58.replace(/.$/, '0'),
      ]) {
        const message = errorOf(() => readKeypair(wrong));
        expect(message).to.not.include(base58.slice(5, 25));
      }
    });
  });
});
