/**
 * Program IDL in camelCase format in order to be used in JS/TS.
 *
 * Note that this is only a type helper and is not the actual IDL. The original IDL is `assets.json` beside it.
 * Both are written by `npm run build:programs`.
 */
export type Assets = {
  "address": "GCumZyZHUaPWHByRQ78mxMk1Xa7BBVXEyDj7exX1xbCA",
  "metadata": {
    "name": "assets",
    "version": "0.1.0",
    "spec": "0.1.0",
    "description": "Things funded, owned and earned from by many"
  },
  "instructions": [
    {
      "name": "acceptAuthority",
      "discriminator": [
        21
      ],
      "accounts": [
        {
          "name": "caller",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "announceTranche",
      "discriminator": [
        5
      ],
      "accounts": [
        {
          "name": "caller",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "evidenceHash",
          "type": {
            "array": [
              "u8",
              32
            ]
          }
        },
        {
          "name": "evidence",
          "type": {
            "array": [
              "u8",
              128
            ]
          }
        }
      ]
    },
    {
      "name": "claim",
      "discriminator": [
        15
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "stake",
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: must be the stream's: checked in `claim`."
          ],
          "writable": true
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: chosen by the owner; the token program checks that it is of the vault's mint."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: must be the stream's: checked in `claim`."
          ]
        }
      ],
      "args": [
        {
          "name": "stream",
          "type": "u8"
        }
      ]
    },
    {
      "name": "closeAsset",
      "discriminator": [
        22
      ],
      "accounts": [
        {
          "name": "authority",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "creator",
          "docs": [
            "CHECK: only receives lamports. It may be the authority."
          ],
          "writable": true
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "escrow",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "stakeVault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "paymentVault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "paymentDestination",
          "docs": [
            "CHECK: chosen by the authority; the token program checks its mint."
          ],
          "writable": true
        },
        {
          "name": "paymentTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "rewardVault",
          "docs": [
            "CHECK: its address is checked in `close`. Without a reward token anything will do here and in the next two, but the",
            "accounts above that are written."
          ],
          "writable": true
        },
        {
          "name": "rewardDestination",
          "docs": [
            "CHECK: chosen by the authority; the token program checks its mint."
          ],
          "writable": true
        },
        {
          "name": "rewardTokenProgram",
          "docs": [
            "CHECK: its address is checked in `close`."
          ]
        }
      ],
      "args": []
    },
    {
      "name": "closeStake",
      "discriminator": [
        12
      ],
      "accounts": [
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "stake",
          "writable": true
        },
        {
          "name": "payer",
          "docs": [
            "CHECK: only receives lamports."
          ],
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "createAsset",
      "discriminator": [
        1
      ],
      "accounts": [
        {
          "name": "creator",
          "docs": [
            "Pays the rent."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "asset",
          "docs": [
            "CHECK: made in `create` at its address."
          ],
          "writable": true
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: made in `create` at this address."
          ],
          "writable": true
        },
        {
          "name": "escrow",
          "docs": [
            "CHECK: made in `create` at this address."
          ],
          "writable": true
        },
        {
          "name": "stakeVault",
          "docs": [
            "CHECK: made in `create` at this address."
          ],
          "writable": true
        },
        {
          "name": "paymentMint",
          "docs": [
            "CHECK: read and checked in `create`."
          ]
        },
        {
          "name": "paymentVault",
          "docs": [
            "CHECK: address and owner are checked in `create`."
          ]
        },
        {
          "name": "paymentTokenProgram",
          "docs": [
            "CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`."
          ]
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: Token-2022 for an asset with permits, otherwise SPL Token: checked in `create`."
          ]
        },
        {
          "name": "rewardMint",
          "docs": [
            "CHECK: the token in which the asset's devices earn, read and checked in `create`. This program: none."
          ]
        },
        {
          "name": "rewardVault",
          "docs": [
            "CHECK: address and owner are checked in `create`."
          ]
        },
        {
          "name": "rewardTokenProgram",
          "docs": [
            "CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`."
          ]
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "id",
          "type": "u64"
        },
        {
          "name": "authority",
          "type": "pubkey"
        },
        {
          "name": "compliance",
          "type": "pubkey"
        },
        {
          "name": "terms",
          "type": {
            "defined": {
              "name": "terms"
            }
          }
        },
        {
          "name": "metadata",
          "type": {
            "defined": {
              "name": "metadata"
            }
          }
        }
      ]
    },
    {
      "name": "depositRevenue",
      "discriminator": [
        13
      ],
      "accounts": [
        {
          "name": "depositor",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "source",
          "docs": [
            "CHECK: the token program checks that it is the depositor's and of the vault's mint."
          ],
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: must be the stream's: checked in `deposit`."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: must be the stream's: checked in `deposit`."
          ]
        }
      ],
      "args": [
        {
          "name": "stream",
          "type": "u8"
        },
        {
          "name": "amount",
          "type": "u64"
        }
      ]
    },
    {
      "name": "finalize",
      "discriminator": [
        3
      ],
      "accounts": [
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": []
    },
    {
      "name": "fund",
      "discriminator": [
        2
      ],
      "accounts": [
        {
          "name": "funder",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "source",
          "docs": [
            "CHECK: the token program checks that it is the funder's and of the escrow's mint."
          ],
          "writable": true
        },
        {
          "name": "escrow",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "shares",
          "docs": [
            "CHECK: the token program checks its mint; where shares need permits, `fund` its owner."
          ],
          "writable": true
        },
        {
          "name": "permit",
          "docs": [
            "CHECK: the funder's, where shares need one: checked in `is_permitted`."
          ]
        },
        {
          "name": "paymentTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": [
        {
          "name": "amount",
          "type": "u64"
        }
      ]
    },
    {
      "name": "objectTranche",
      "discriminator": [
        6
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "stake",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "openClawBack",
      "discriminator": [
        8
      ],
      "accounts": [
        {
          "name": "caller",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "payTranche",
      "discriminator": [
        7
      ],
      "accounts": [
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "escrow",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: the builder's associated token account of the payment token, checked in `pay`: whoever calls must not choose where",
            "the money goes. Anyone may create it."
          ],
          "writable": true
        },
        {
          "name": "paymentTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": []
    },
    {
      "name": "proposeAuthority",
      "discriminator": [
        20
      ],
      "accounts": [
        {
          "name": "caller",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "authority",
          "type": "pubkey"
        }
      ]
    },
    {
      "name": "redeem",
      "discriminator": [
        9
      ],
      "accounts": [
        {
          "name": "holder",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "shares",
          "docs": [
            "CHECK: the token program checks that it is the holder's and of the share mint."
          ],
          "writable": true
        },
        {
          "name": "escrow",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: chosen by the holder; the token program checks that it is of the escrow's mint."
          ],
          "writable": true
        },
        {
          "name": "paymentTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": [
        {
          "name": "amount",
          "type": "u64"
        }
      ]
    },
    {
      "name": "refund",
      "discriminator": [
        4
      ],
      "accounts": [
        {
          "name": "holder",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "shares",
          "docs": [
            "CHECK: the token program checks that it is the holder's and of the share mint."
          ],
          "writable": true
        },
        {
          "name": "escrow",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: chosen by the holder; the token program checks that it is of the escrow's mint."
          ],
          "writable": true
        },
        {
          "name": "paymentTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": []
    },
    {
      "name": "registerDevices",
      "discriminator": [
        18
      ],
      "accounts": [
        {
          "name": "authority",
          "signer": true
        },
        {
          "name": "payer",
          "docs": [
            "Pays the network's fee, or the rent of the device's record."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "asset"
        },
        {
          "name": "network",
          "docs": [
            "CHECK: a network that pays in a token the asset shares out: checked in `call`."
          ]
        },
        {
          "name": "registry",
          "docs": [
            "CHECK: the network program checks it."
          ],
          "writable": true
        },
        {
          "name": "record",
          "docs": [
            "CHECK: the record of the device to retire; the network program checks it. Anything will do when registering."
          ],
          "writable": true
        },
        {
          "name": "eventAuthority",
          "docs": [
            "CHECK: the network program checks it."
          ]
        },
        {
          "name": "networkProgram",
          "docs": [
            "CHECK: its address. The asset's signature moves money, so no other program may get it."
          ]
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "kind",
          "type": "u8"
        },
        {
          "name": "keyType",
          "type": "u8"
        },
        {
          "name": "maxFee",
          "type": "u64"
        },
        {
          "name": "devices",
          "type": "bytes"
        }
      ]
    },
    {
      "name": "retireDevice",
      "discriminator": [
        19
      ],
      "accounts": [
        {
          "name": "authority",
          "signer": true
        },
        {
          "name": "payer",
          "docs": [
            "Pays the network's fee, or the rent of the device's record."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "asset"
        },
        {
          "name": "network",
          "docs": [
            "CHECK: a network that pays in a token the asset shares out: checked in `call`."
          ]
        },
        {
          "name": "registry",
          "docs": [
            "CHECK: the network program checks it."
          ],
          "writable": true
        },
        {
          "name": "record",
          "docs": [
            "CHECK: the record of the device to retire; the network program checks it. Anything will do when registering."
          ],
          "writable": true
        },
        {
          "name": "eventAuthority",
          "docs": [
            "CHECK: the network program checks it."
          ]
        },
        {
          "name": "networkProgram",
          "docs": [
            "CHECK: its address. The asset's signature moves money, so no other program may get it."
          ]
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "index",
          "type": "u32"
        },
        {
          "name": "earned",
          "type": "u64"
        },
        {
          "name": "proof",
          "type": "bytes"
        }
      ]
    },
    {
      "name": "setPermit",
      "discriminator": [
        16
      ],
      "accounts": [
        {
          "name": "compliance",
          "docs": [
            "The compliance authority."
          ],
          "signer": true
        },
        {
          "name": "payer",
          "docs": [
            "CHECK: pays the rent of a new permit, for which the system program has it sign, or gets that of a closed one."
          ],
          "writable": true
        },
        {
          "name": "permit",
          "docs": [
            "CHECK: the wallet's permit by the compliance authority: made or checked in `set`."
          ],
          "writable": true
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "wallet",
          "type": "pubkey"
        },
        {
          "name": "jurisdiction",
          "type": "u16"
        },
        {
          "name": "expiresAt",
          "type": "i64"
        }
      ]
    },
    {
      "name": "stakeShares",
      "discriminator": [
        10
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "payer",
          "docs": [
            "Pays the rent of the first stake."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "stake",
          "docs": [
            "CHECK: the owner's stake in the asset: made or checked in `stake`."
          ],
          "writable": true
        },
        {
          "name": "shares",
          "docs": [
            "CHECK: the token program checks its mint and that it is the owner's; without a permit, `stake` its owner."
          ],
          "writable": true
        },
        {
          "name": "stakeVault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "permit",
          "docs": [
            "CHECK: the owner's, where shares need one: checked in `is_permitted`."
          ]
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "amount",
          "type": "u64"
        }
      ]
    },
    {
      "name": "sweep",
      "discriminator": [
        14
      ],
      "accounts": [
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: must be the stream's: checked in `sweep`."
          ]
        }
      ],
      "args": [
        {
          "name": "stream",
          "type": "u8"
        }
      ]
    },
    {
      "name": "syncPermit",
      "discriminator": [
        17
      ],
      "accounts": [
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "permit",
          "docs": [
            "CHECK: the permit's address in either case, for a wallet that has none too: checked in `is_permitted`."
          ]
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "shares",
          "docs": [
            "CHECK: an account of the wallet's shares: checked in `sync`."
          ],
          "writable": true,
          "optional": true
        },
        {
          "name": "stake",
          "docs": [
            "The wallet's stake."
          ],
          "writable": true,
          "optional": true
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": []
    },
    {
      "name": "unstakeShares",
      "discriminator": [
        11
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "asset",
          "writable": true
        },
        {
          "name": "stake",
          "writable": true
        },
        {
          "name": "shareMint",
          "docs": [
            "CHECK: its address."
          ]
        },
        {
          "name": "shares",
          "docs": [
            "CHECK: chosen by the owner; the token program checks that it is of the share mint. Where shares need permits it must be",
            "the owner's own."
          ],
          "writable": true
        },
        {
          "name": "stakeVault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "shareTokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": [
        {
          "name": "amount",
          "type": "u64"
        }
      ]
    }
  ],
  "accounts": [
    {
      "name": "asset",
      "discriminator": [
        234,
        180,
        241,
        252,
        139,
        224,
        160,
        8
      ]
    },
    {
      "name": "permit",
      "discriminator": [
        219,
        195,
        186,
        174,
        197,
        232,
        83,
        160
      ]
    },
    {
      "name": "stake",
      "discriminator": [
        150,
        197,
        176,
        29,
        55,
        132,
        112,
        149
      ]
    }
  ],
  "errors": [
    {
      "code": 6000,
      "name": "badGoal",
      "msg": "The goal is out of bounds: at least one share, the maximum at least the minimum, a price of at least one base unit, and the maximum times the price below 2^64"
    },
    {
      "code": 6001,
      "name": "badDeadline",
      "msg": "The deadline must be in the future, by a year at most"
    },
    {
      "code": 6002,
      "name": "badTranches",
      "msg": "The tranches must be 1 to 8, each above zero and together 10,000 basis points, and their dates must rise from the deadline on, to five years after it at most"
    },
    {
      "code": 6003,
      "name": "badWindow",
      "msg": "A window of the revenue streams must last from a day to a year"
    },
    {
      "code": 6004,
      "name": "badRole",
      "msg": "Neither the builder nor the authority may be zero"
    },
    {
      "code": 6005,
      "name": "badMint",
      "msg": "The account is not an initialized mint of this token program"
    },
    {
      "code": 6006,
      "name": "freezableMint",
      "msg": "The token has a freeze authority, which could stop refunds and payments"
    },
    {
      "code": 6007,
      "name": "unsupportedExtension",
      "msg": "The token has an extension that could stop or change payments; the log names it"
    },
    {
      "code": 6008,
      "name": "wrongTokenProgram",
      "msg": "The token program is not that of this token"
    },
    {
      "code": 6009,
      "name": "sameMint",
      "msg": "The reward token is the payment token: leave it out, one stream then shares out both"
    },
    {
      "code": 6010,
      "name": "wrongVault",
      "msg": "The vault is not this asset's associated token account of this token"
    },
    {
      "code": 6011,
      "name": "wrongEscrow",
      "msg": "The account is not the asset's escrow"
    },
    {
      "code": 6012,
      "name": "wrongShareMint",
      "msg": "The account is not the asset's share mint"
    },
    {
      "code": 6013,
      "name": "wrongShares",
      "msg": "The account does not hold shares of this asset for whoever signs"
    },
    {
      "code": 6014,
      "name": "notAuthority",
      "msg": "Only the asset's authority may do this"
    },
    {
      "code": 6015,
      "name": "notProposed",
      "msg": "Only the account that was proposed as authority may accept"
    },
    {
      "code": 6016,
      "name": "notFunding",
      "msg": "The asset is not being funded: the deadline has passed, or funding has been closed"
    },
    {
      "code": 6017,
      "name": "soldOut",
      "msg": "No share is left to fund"
    },
    {
      "code": 6018,
      "name": "zeroAmount",
      "msg": "The amount is zero"
    },
    {
      "code": 6019,
      "name": "fundingOpen",
      "msg": "Funding is still open: it ends at the deadline or when the last share is sold"
    },
    {
      "code": 6020,
      "name": "notFailed",
      "msg": "The asset has not failed to reach its goal, so nothing is refunded"
    },
    {
      "code": 6021,
      "name": "notFunded",
      "msg": "The asset has not been funded"
    },
    {
      "code": 6022,
      "name": "notBuilding",
      "msg": "The asset is not in its building phase: it was not funded, its money was clawed back, or every tranche is paid"
    },
    {
      "code": 6023,
      "name": "trancheAnnounced",
      "msg": "A tranche is announced already and not decided yet"
    },
    {
      "code": 6024,
      "name": "noTranche",
      "msg": "No tranche is announced"
    },
    {
      "code": 6025,
      "name": "trancheLate",
      "msg": "A tranche can't be announced 90 days past its date any more: holders may claw back"
    },
    {
      "code": 6026,
      "name": "objectionsOpen",
      "msg": "The seven days in which holders may object are not over"
    },
    {
      "code": 6027,
      "name": "objectionsOver",
      "msg": "The seven days in which holders may object are over"
    },
    {
      "code": 6028,
      "name": "objected",
      "msg": "Holders of more than a third of the shares object to this tranche"
    },
    {
      "code": 6029,
      "name": "objectedAlready",
      "msg": "This stake has objected already"
    },
    {
      "code": 6030,
      "name": "nothingToObject",
      "msg": "No share of this stake was staked before the announcement"
    },
    {
      "code": 6031,
      "name": "stakeLocked",
      "msg": "The stake is locked by its objection until the seven days are over"
    },
    {
      "code": 6032,
      "name": "clawBackClosed",
      "msg": "The money can't be clawed back yet: by anyone but the authority only 90 days past the tranche's date, and while it is neither open to objections nor waiting to be paid"
    },
    {
      "code": 6033,
      "name": "notClawedBack",
      "msg": "The money has not been clawed back"
    },
    {
      "code": 6034,
      "name": "wrongStake",
      "msg": "The stake belongs to another asset or owner"
    },
    {
      "code": 6035,
      "name": "stakeTooSmall",
      "msg": "The stake holds fewer shares"
    },
    {
      "code": 6036,
      "name": "stakeNotEmpty",
      "msg": "The stake still holds shares or income"
    },
    {
      "code": 6037,
      "name": "noStream",
      "msg": "There is no such stream: 0 is the payment token, 1 the reward token if there is one"
    },
    {
      "code": 6038,
      "name": "nothingArrived",
      "msg": "Nothing has arrived since the last time"
    },
    {
      "code": 6039,
      "name": "nothingToClaim",
      "msg": "Nothing can be claimed yet"
    },
    {
      "code": 6040,
      "name": "noPermitsNeeded",
      "msg": "This asset's shares need no permit"
    },
    {
      "code": 6041,
      "name": "notPermitted",
      "msg": "The wallet has no valid permit of the asset's compliance authority"
    },
    {
      "code": 6042,
      "name": "wrongPermit",
      "msg": "The account is not this wallet's permit by the asset's compliance authority"
    },
    {
      "code": 6043,
      "name": "ownerNotFixed",
      "msg": "The share account could change its owner: use the wallet's associated token account"
    },
    {
      "code": 6044,
      "name": "wrongPayer",
      "msg": "The rent must go back to the account that paid it"
    },
    {
      "code": 6045,
      "name": "wrongDestination",
      "msg": "The destination is not the associated token account of the asset's builder"
    },
    {
      "code": 6046,
      "name": "stillHeld",
      "msg": "Shares or stakes of this asset still exist"
    },
    {
      "code": 6047,
      "name": "wrongNetwork",
      "msg": "The account is not a network of the Commonwire network program"
    },
    {
      "code": 6048,
      "name": "wrongReward",
      "msg": "The network does not pay in a token that this asset shares out"
    },
    {
      "code": 6049,
      "name": "overflow",
      "msg": "A sum overflowed"
    },
    {
      "code": 6050,
      "name": "nothingToSync",
      "msg": "Neither a share account nor a stake is given"
    },
    {
      "code": 6051,
      "name": "wrongAddress",
      "msg": "The share mint, the escrow, the vault of staked shares or the permit is not at its address"
    },
    {
      "code": 6052,
      "name": "trancheEarly",
      "msg": "The first tranche can't be announced in the seven days after the end of funding, in which holders stake"
    }
  ],
  "types": [
    {
      "name": "announcement",
      "docs": [
        "The last tranche that was announced."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "number",
            "docs": [
              "Raised by every announcement; 0: none yet. Tells stakes which objection was to which."
            ],
            "type": "u32"
          },
          {
            "name": "open",
            "docs": [
              "1: neither paid nor clawed back."
            ],
            "type": "u32"
          },
          {
            "name": "announcedAt",
            "docs": [
              "Before the first, when funding ended."
            ],
            "type": "i64"
          },
          {
            "name": "objections",
            "docs": [
              "Shares that object, each once."
            ],
            "type": "u64"
          },
          {
            "name": "evidenceHash",
            "docs": [
              "SHA-256 of the evidence that the tranche was earned."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "evidence",
            "docs": [
              "Link to the evidence, UTF-8, zeros after it."
            ],
            "type": {
              "array": [
                "u8",
                128
              ]
            }
          }
        ]
      }
    },
    {
      "name": "asset",
      "docs": [
        "A thing that many fund, own and earn from. Address: `[\"asset\", creator, id]`; it signs for its mint, its vaults and its",
        "devices."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "creator",
            "docs": [
              "Paid the rent and gets it back; a seed of the address."
            ],
            "type": "pubkey"
          },
          {
            "name": "id",
            "docs": [
              "Random, chosen by the creator; a seed of the address."
            ],
            "type": "u64"
          },
          {
            "name": "authority",
            "docs": [
              "Announces tranches, may claw back, and registers and retires the asset's devices."
            ],
            "type": "pubkey"
          },
          {
            "name": "proposedAuthority",
            "docs": [
              "Becomes the authority once it accepts. Zero: nobody is proposed."
            ],
            "type": "pubkey"
          },
          {
            "name": "compliance",
            "docs": [
              "Gives the permits without which nobody may hold shares. Zero: shares are plain SPL tokens."
            ],
            "type": "pubkey"
          },
          {
            "name": "shareMint",
            "docs": [
              "Address `[\"shares\", asset]`, whole shares. Minted only while funding."
            ],
            "type": "pubkey"
          },
          {
            "name": "shareProgram",
            "docs": [
              "SPL Token, or Token-2022 where holders need permits."
            ],
            "type": "pubkey"
          },
          {
            "name": "escrow",
            "docs": [
              "Address `[\"escrow\", asset]`: what funders paid, until it is refunded, paid to the builder or redeemed."
            ],
            "type": "pubkey"
          },
          {
            "name": "stakeVault",
            "docs": [
              "Address `[\"staked\", asset]`: the shares of all stakes."
            ],
            "type": "pubkey"
          },
          {
            "name": "terms",
            "type": {
              "defined": {
                "name": "terms"
              }
            }
          },
          {
            "name": "metadata",
            "type": {
              "defined": {
                "name": "metadata"
              }
            }
          },
          {
            "name": "announcement",
            "type": {
              "defined": {
                "name": "announcement"
              }
            }
          },
          {
            "name": "revenue",
            "docs": [
              "In the payment token, and in the reward token of the network of its devices."
            ],
            "type": {
              "array": [
                {
                  "defined": {
                    "name": "revenue"
                  }
                },
                2
              ]
            }
          },
          {
            "name": "sold",
            "docs": [
              "Shares sold since the start."
            ],
            "type": "u64"
          },
          {
            "name": "left",
            "docs": [
              "Base units in escrow that are raised and neither paid to the builder nor redeemed; 0 until it is funded."
            ],
            "type": "u64"
          },
          {
            "name": "staked",
            "docs": [
              "Shares of all stakes that earn."
            ],
            "type": "u64"
          },
          {
            "name": "stakes",
            "docs": [
              "Stakes that are open."
            ],
            "type": "u64"
          },
          {
            "name": "state",
            "docs": [
              "0: funding; 1: funded; 2: the goal was missed; 3: clawed back."
            ],
            "type": "u8"
          },
          {
            "name": "nextTranche",
            "docs": [
              "Position of the tranche to be paid next."
            ],
            "type": "u8"
          },
          {
            "name": "bump",
            "type": "u8"
          },
          {
            "name": "pad",
            "type": {
              "array": [
                "u8",
                5
              ]
            }
          },
          {
            "name": "reserved",
            "docs": [
              "Reserved for later versions."
            ],
            "type": {
              "array": [
                {
                  "array": [
                    "u8",
                    32
                  ]
                },
                4
              ]
            }
          }
        ]
      }
    },
    {
      "name": "income",
      "docs": [
        "What one staker has earned of one stream and not taken yet."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "counted",
            "docs": [
              "[`Stream::per_unit`] up to which this is counted."
            ],
            "type": "u128"
          },
          {
            "name": "accrued",
            "docs": [
              "In units of 1 / [`SCALE`] base unit."
            ],
            "type": "u128"
          }
        ]
      }
    },
    {
      "name": "metadata",
      "docs": [
        "Says what the asset is; nothing on chain depends on it."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "name",
            "docs": [
              "UTF-8, zeros after it."
            ],
            "type": {
              "array": [
                "u8",
                47
              ]
            }
          },
          {
            "name": "kind",
            "docs": [
              "Kind of its devices; 0 if it has several."
            ],
            "type": "u8"
          },
          {
            "name": "documents",
            "docs": [
              "Link to the documents, UTF-8, zeros after it."
            ],
            "type": {
              "array": [
                "u8",
                128
              ]
            }
          },
          {
            "name": "documentsHash",
            "docs": [
              "SHA-256 of what the link leads to."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "h3Cell",
            "docs": [
              "H3 cell of the place."
            ],
            "type": "u64"
          },
          {
            "name": "capacity",
            "docs": [
              "Planned capacity, in the kind's unit."
            ],
            "type": "u64"
          }
        ]
      }
    },
    {
      "name": "permit",
      "docs": [
        "Allows a wallet to hold the shares of every asset with this compliance authority.",
        "Address: `[\"permit\", compliance authority, wallet]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "authority",
            "docs": [
              "The compliance authority that gave it."
            ],
            "type": "pubkey"
          },
          {
            "name": "wallet",
            "type": "pubkey"
          },
          {
            "name": "payer",
            "docs": [
              "Paid the rent and gets it back."
            ],
            "type": "pubkey"
          },
          {
            "name": "expiresAt",
            "docs": [
              "Chain time from which it counts no more; the past revokes it."
            ],
            "type": "i64"
          },
          {
            "name": "jurisdiction",
            "docs": [
              "ISO 3166-1 numeric code of the country that it was given for."
            ],
            "type": "u16"
          },
          {
            "name": "pad",
            "type": {
              "array": [
                "u8",
                6
              ]
            }
          }
        ]
      }
    },
    {
      "name": "podU128",
      "type": {
        "kind": "type",
        "alias": "u128"
      }
    },
    {
      "name": "revenue",
      "docs": [
        "One token that an asset shares out among those who staked."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "mint",
            "docs": [
              "Zero: there is no such stream."
            ],
            "type": "pubkey"
          },
          {
            "name": "tokenProgram",
            "type": "pubkey"
          },
          {
            "name": "vault",
            "docs": [
              "The asset's associated token account, so that settlements and plain transfers arrive here too."
            ],
            "type": "pubkey"
          },
          {
            "name": "held",
            "docs": [
              "Base units in the vault that the stream has taken in and nobody has claimed. What is beyond is not accounted for yet."
            ],
            "type": "u64"
          },
          {
            "name": "stream",
            "type": {
              "defined": {
                "name": "stream"
              }
            }
          }
        ]
      }
    },
    {
      "name": "stake",
      "docs": [
        "The shares that one owner has staked in one asset. Address: `[\"stake\", asset, owner]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "asset",
            "type": "pubkey"
          },
          {
            "name": "owner",
            "type": "pubkey"
          },
          {
            "name": "payer",
            "docs": [
              "Paid the rent and gets it back."
            ],
            "type": "pubkey"
          },
          {
            "name": "earning",
            "docs": [
              "Shares that earn."
            ],
            "type": "u64"
          },
          {
            "name": "idle",
            "docs": [
              "Shares that don't: staked without a valid permit, or in the stake when it was found invalid."
            ],
            "type": "u64"
          },
          {
            "name": "eligible",
            "docs": [
              "Shares that were staked before announcement `seen` and still are."
            ],
            "type": "u64"
          },
          {
            "name": "seen",
            "type": "u32"
          },
          {
            "name": "objected",
            "docs": [
              "Number of the last announcement that this stake objected to; 0: none."
            ],
            "type": "u32"
          },
          {
            "name": "incomes",
            "docs": [
              "By stream."
            ],
            "type": {
              "array": [
                {
                  "defined": {
                    "name": "income"
                  }
                },
                2
              ]
            }
          }
        ]
      }
    },
    {
      "name": "stream",
      "docs": [
        "What is being released of one token, and what each unit of stake has earned of it."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "windowSeconds",
            "docs": [
              "Length of a window."
            ],
            "type": "u64"
          },
          {
            "name": "window",
            "docs": [
              "Number of the window that `current` is released in: it begins at `window * window_seconds`, unix seconds."
            ],
            "type": "u64"
          },
          {
            "name": "current",
            "docs": [
              "Base units that this window releases."
            ],
            "type": "u64"
          },
          {
            "name": "released",
            "docs": [
              "Of these, released so far."
            ],
            "type": "u64"
          },
          {
            "name": "next",
            "docs": [
              "Base units that the next window will release."
            ],
            "type": "u64"
          },
          {
            "name": "remainder",
            "docs": [
              "What was released and could not be divided among the stake yet, in units of 1 / [`SCALE`] base unit. Without it, whoever",
              "advances a slow stream every second would round all of it away."
            ],
            "type": "u64"
          },
          {
            "name": "perUnit",
            "docs": [
              "What one unit of stake has earned since the start, in units of 1 / [`SCALE`] base unit. It wraps: only differences count."
            ],
            "type": "u128"
          }
        ]
      }
    },
    {
      "name": "terms",
      "docs": [
        "What funders agree to. It never changes."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "builder",
            "docs": [
              "Receives the tranches."
            ],
            "type": "pubkey"
          },
          {
            "name": "price",
            "docs": [
              "Base units of the payment token for one share."
            ],
            "type": "u64"
          },
          {
            "name": "minShares",
            "docs": [
              "Fewest shares with which the asset is built; with fewer sold at the deadline, everybody is refunded."
            ],
            "type": "u64"
          },
          {
            "name": "maxShares",
            "docs": [
              "Most shares; funding ends once they are sold."
            ],
            "type": "u64"
          },
          {
            "name": "deadline",
            "docs": [
              "Chain time at which funding ends."
            ],
            "type": "i64"
          },
          {
            "name": "windowSeconds",
            "docs": [
              "Length of a window of the revenue streams."
            ],
            "type": "u64"
          },
          {
            "name": "trancheDates",
            "docs": [
              "By which chain time each tranche is to be announced."
            ],
            "type": {
              "array": [
                "i64",
                8
              ]
            }
          },
          {
            "name": "trancheParts",
            "docs": [
              "Parts of what was raised, in basis points; 0 after the last."
            ],
            "type": {
              "array": [
                "u16",
                8
              ]
            }
          }
        ]
      }
    }
  ]
};
