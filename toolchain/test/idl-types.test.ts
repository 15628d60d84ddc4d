import { expect } from 'chai';
import { idlTypes } from '../idl-types';

const idl = {
  address: '11111111111111111111111111111111',
  metadata: { name: 'reward_pool', version: '0.1.0', spec: '0.1.0' },
  instructions: [
    {
      name: 'open_page',
      discriminator: [1],
      accounts: [{ name: 'page_payer', pda: { seeds: [{ kind: 'account', path: 'page_payer.page_key' }] } }],
      args: [{ name: 'page_number', type: { defined: { name: 'page_number_kind' } } }],
    },
  ],
};

describe('idlTypes', () => {
  it('names the type after the program and converts the names that the client converts', () => {
    const source = idlTypes(JSON.stringify(idl));
    const type = /export type RewardPool = ([\s\S]*);\n$/.exec(source)?.[1];
    expect(JSON.parse(type ?? 'null')).to.deep.equal({
      address: '11111111111111111111111111111111',
      metadata: { name: 'rewardPool', version: '0.1.0', spec: '0.1.0' },
      instructions: [
        {
          name: 'openPage',
          discriminator: [1],
          accounts: [{ name: 'pagePayer', pda: { seeds: [{ kind: 'account', path: 'pagePayer.pageKey' }] } }],
          args: [{ name: 'pageNumber', type: { defined: { name: 'pageNumberKind' } } }],
        },
      ],
    });
  });

  it('error: invalid IDL', () => {
    expect(() => idlTypes('{"address": 1}')).to.throw('invalid IDL');
  });
});
