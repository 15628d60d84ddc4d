/**
 * Program IDL in camelCase format in order to be used in JS/TS.
 *
 * Note that this is only a type helper and is not the actual IDL. The original IDL is `stake.json` beside it.
 * Both are written by `npm run build:programs`.
 */
export type Stake = {
  "address": "AZTT9xtq2ABjAdxXpCBjZ9DtpNtN1BRYGhmv5ch1avao",
  "metadata": {
    "name": "stake",
    "version": "0.1.0",
    "spec": "0.1.0",
    "description": "Staked tokens with locks, the stakers' income, and their weight in votes"
  },
  "instructions": [
    {
      "name": "beginUnlock",
      "discriminator": [
        3
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "pool",
          "writable": true
        },
        {
          "name": "position",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "claim",
      "discriminator": [
        7
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "pool",
          "writable": true
        },
        {
          "name": "position",
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true,
          "relations": [
            "pool"
          ]
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: chosen by the owner; the token program checks that it is of the vault's mint."
          ],
          "writable": true
        },
        {
          "name": "incomeTokenProgram",
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "pool"
          ]
        }
      ],
      "args": []
    },
    {
      "name": "closePosition",
      "discriminator": [
        5
      ],
      "accounts": [
        {
          "name": "owner",
          "writable": true,
          "signer": true,
          "relations": [
            "position"
          ]
        },
        {
          "name": "position",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "closeVoterWeight",
      "discriminator": [
        12
      ],
      "accounts": [
        {
          "name": "owner",
          "writable": true,
          "signer": true
        },
        {
          "name": "voterWeight",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "countIncome",
      "discriminator": [
        6
      ],
      "accounts": [
        {
          "name": "pool",
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "pool"
          ]
        }
      ],
      "args": []
    },
    {
      "name": "createPool",
      "discriminator": [
        1
      ],
      "accounts": [
        {
          "name": "payer",
          "docs": [
            "Pays the rent."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "realmAuthority",
          "signer": true
        },
        {
          "name": "realm",
          "docs": [
            "CHECK: read and checked in `create`."
          ]
        },
        {
          "name": "governance",
          "docs": [
            "CHECK: a governance of the realm, read and checked in `create`: no vote of it may outlast the cool-down."
          ]
        },
        {
          "name": "pool",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  112,
                  111,
                  111,
                  108
                ]
              },
              {
                "kind": "account",
                "path": "realm"
              },
              {
                "kind": "account",
                "path": "mint"
              }
            ]
          }
        },
        {
          "name": "maxVoterWeight",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  109,
                  97,
                  120,
                  45,
                  118,
                  111,
                  116,
                  101,
                  114,
                  45,
                  119,
                  101,
                  105,
                  103,
                  104,
                  116
                ]
              },
              {
                "kind": "account",
                "path": "pool"
              }
            ]
          }
        },
        {
          "name": "mint",
          "docs": [
            "CHECK: read and checked in `create`."
          ]
        },
        {
          "name": "stakesOwner",
          "docs": [
            "CHECK: its address. It signs for the staked tokens."
          ],
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  115,
                  116,
                  97,
                  107,
                  101,
                  115
                ]
              },
              {
                "kind": "account",
                "path": "pool"
              }
            ]
          }
        },
        {
          "name": "stakes",
          "docs": [
            "CHECK: address, owner and program are checked in `create`."
          ]
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`."
          ]
        },
        {
          "name": "incomeMint",
          "docs": [
            "CHECK: read and checked in `create`."
          ]
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: address, owner and program are checked in `create`."
          ]
        },
        {
          "name": "incomeTokenProgram",
          "docs": [
            "CHECK: SPL Token or Token-2022, whichever owns the mint of income: checked in `create`."
          ]
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "coolDownSeconds",
          "type": "u32"
        },
        {
          "name": "windowSeconds",
          "type": "u64"
        }
      ]
    },
    {
      "name": "openPosition",
      "discriminator": [
        2
      ],
      "accounts": [
        {
          "name": "owner",
          "docs": [
            "Owns the tokens, and pays the rent."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "pool",
          "writable": true
        },
        {
          "name": "position",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  112,
                  111,
                  115,
                  105,
                  116,
                  105,
                  111,
                  110
                ]
              },
              {
                "kind": "account",
                "path": "pool"
              },
              {
                "kind": "account",
                "path": "owner"
              },
              {
                "kind": "arg",
                "path": "id"
              }
            ]
          }
        },
        {
          "name": "source",
          "docs": [
            "CHECK: the token program checks that it is the owner's and of the staked token."
          ],
          "writable": true
        },
        {
          "name": "stakes",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true,
          "relations": [
            "pool"
          ]
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "pool"
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
          "name": "amount",
          "type": "u64"
        },
        {
          "name": "lockSeconds",
          "type": "u32"
        }
      ]
    },
    {
      "name": "openVoterWeight",
      "discriminator": [
        8
      ],
      "accounts": [
        {
          "name": "owner",
          "docs": [
            "Pays the rent."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "pool"
        },
        {
          "name": "voterWeight",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  118,
                  111,
                  116,
                  101,
                  114,
                  45,
                  119,
                  101,
                  105,
                  103,
                  104,
                  116
                ]
              },
              {
                "kind": "account",
                "path": "pool"
              },
              {
                "kind": "account",
                "path": "owner"
              }
            ]
          }
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": []
    },
    {
      "name": "weighAction",
      "discriminator": [
        10
      ],
      "accounts": [
        {
          "name": "pool"
        },
        {
          "name": "voterWeight",
          "writable": true
        },
        {
          "name": "target",
          "docs": [
            "CHECK: SPL Governance requires that it is what the action is about."
          ]
        }
      ],
      "args": [
        {
          "name": "action",
          "type": {
            "defined": {
              "name": "weightAction"
            }
          }
        }
      ]
    },
    {
      "name": "weighPool",
      "discriminator": [
        11
      ],
      "accounts": [
        {
          "name": "pool"
        },
        {
          "name": "maxVoterWeight",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "weighVote",
      "discriminator": [
        9
      ],
      "accounts": [
        {
          "name": "pool"
        },
        {
          "name": "voterWeight",
          "writable": true
        },
        {
          "name": "proposal",
          "docs": [
            "CHECK: read and checked in `weigh`."
          ]
        },
        {
          "name": "governance",
          "docs": [
            "CHECK: the proposal's governance, read and checked in `weigh`."
          ]
        }
      ],
      "args": []
    },
    {
      "name": "withdraw",
      "discriminator": [
        4
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "pool",
          "writable": true
        },
        {
          "name": "position",
          "writable": true
        },
        {
          "name": "stakesOwner",
          "docs": [
            "CHECK: its address."
          ],
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  115,
                  116,
                  97,
                  107,
                  101,
                  115
                ]
              },
              {
                "kind": "account",
                "path": "pool"
              }
            ]
          }
        },
        {
          "name": "stakes",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true,
          "relations": [
            "pool"
          ]
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: chosen by the owner; the token program checks that it is of the staked token."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "pool"
          ]
        }
      ],
      "args": []
    }
  ],
  "accounts": [
    {
      "name": "maxVoterWeightRecord",
      "discriminator": [
        157,
        95,
        242,
        151,
        16,
        98,
        26,
        118
      ]
    },
    {
      "name": "pool",
      "discriminator": [
        241,
        154,
        109,
        4,
        17,
        177,
        109,
        188
      ]
    },
    {
      "name": "position",
      "discriminator": [
        170,
        188,
        143,
        228,
        122,
        64,
        247,
        208
      ]
    },
    {
      "name": "voterWeightRecord",
      "discriminator": [
        46,
        249,
        155,
        75,
        153,
        248,
        116,
        9
      ]
    }
  ],
  "errors": [
    {
      "code": 6000,
      "name": "badRealm",
      "msg": "The account is not a realm of SPL Governance, program version 3"
    },
    {
      "code": 6001,
      "name": "notRealmAuthority",
      "msg": "Only the realm's authority may create its pool"
    },
    {
      "code": 6002,
      "name": "badGovernance",
      "msg": "The account is not a governance of the realm"
    },
    {
      "code": 6003,
      "name": "wrongMint",
      "msg": "The mint is not the realm's community token"
    },
    {
      "code": 6004,
      "name": "badMint",
      "msg": "The account is not an initialized mint of this token program"
    },
    {
      "code": 6005,
      "name": "unsupportedExtension",
      "msg": "The token has an extension that could stop or change payments; the log names it"
    },
    {
      "code": 6006,
      "name": "freezableMint",
      "msg": "The staked token has a freeze authority, which could keep stakes from their owners"
    },
    {
      "code": 6007,
      "name": "wrongTokenProgram",
      "msg": "The token program is not that of the token"
    },
    {
      "code": 6008,
      "name": "wrongStakes",
      "msg": "The account is not the pool's account of staked tokens"
    },
    {
      "code": 6009,
      "name": "wrongVault",
      "msg": "The account is not the pool's vault"
    },
    {
      "code": 6010,
      "name": "coolDownTooShort",
      "msg": "The cool-down is shorter than a vote of the governance and its hold-up time"
    },
    {
      "code": 6011,
      "name": "windowTooShort",
      "msg": "The time over which income is streamed must be at least a day"
    },
    {
      "code": 6012,
      "name": "nothingStaked",
      "msg": "Stake at least one base unit"
    },
    {
      "code": 6013,
      "name": "lockTooLong",
      "msg": "A lock can last four years at most: a longer one weighs no more"
    },
    {
      "code": 6014,
      "name": "overflow",
      "msg": "A sum overflowed"
    },
    {
      "code": 6015,
      "name": "wrongPool",
      "msg": "The position is of another pool"
    },
    {
      "code": 6016,
      "name": "notOwner",
      "msg": "Only the position's owner may do this"
    },
    {
      "code": 6017,
      "name": "alreadyUnlocking",
      "msg": "The position is being unlocked already"
    },
    {
      "code": 6018,
      "name": "notUnlocking",
      "msg": "The position is not being unlocked: begin that first"
    },
    {
      "code": 6019,
      "name": "stillLocked",
      "msg": "The position is still locked"
    },
    {
      "code": 6020,
      "name": "alreadyWithdrawn",
      "msg": "The position's stake was withdrawn already"
    },
    {
      "code": 6021,
      "name": "notWithdrawn",
      "msg": "Withdraw the position's stake before closing it"
    },
    {
      "code": 6022,
      "name": "incomeUnclaimed",
      "msg": "Claim the position's income before closing it"
    },
    {
      "code": 6023,
      "name": "wrongRecord",
      "msg": "The record of voter weight is of another pool or owner"
    },
    {
      "code": 6024,
      "name": "badPosition",
      "msg": "An account is not a position of this pool"
    },
    {
      "code": 6025,
      "name": "positionsNotAscending",
      "msg": "Each position counts once: list them in ascending order of their addresses"
    },
    {
      "code": 6026,
      "name": "positionUnlocking",
      "msg": "A position that is being unlocked weighs nothing"
    },
    {
      "code": 6027,
      "name": "positionTooNew",
      "msg": "A position counts only in votes that began after it was made"
    },
    {
      "code": 6028,
      "name": "lockTooShort",
      "msg": "A position counts only in votes that are over, with their hold-up time, before it could be withdrawn"
    },
    {
      "code": 6029,
      "name": "badProposal",
      "msg": "The account is not a proposal of the realm's governance program"
    },
    {
      "code": 6030,
      "name": "notVoting",
      "msg": "The proposal is not open for votes"
    },
    {
      "code": 6031,
      "name": "notForVotes",
      "msg": "A vote is weighed for one proposal: use the instruction for votes"
    },
    {
      "code": 6032,
      "name": "coolDownTooLong",
      "msg": "The cool-down can last four years at most"
    },
    {
      "code": 6033,
      "name": "windowTooLong",
      "msg": "The time over which income is streamed can be a year at most"
    }
  ],
  "types": [
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
      "name": "leaving",
      "docs": [
        "Weight that began to unlock of late.",
        "",
        "It counts towards the most that could vote until every vote that it may have been cast in is over: otherwise those who",
        "voted could unlock at once and so lower the quorum that their own votes must reach. Time is divided into windows as long as",
        "the cool-down, and what left in one counts until the end of the next: for one to two cool-downs."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "window",
            "docs": [
              "Number of the window that `current` left in: it begins at `window * cool-down`, unix seconds."
            ],
            "type": "u64"
          },
          {
            "name": "current",
            "type": "u64"
          },
          {
            "name": "previous",
            "docs": [
              "What left in the window before."
            ],
            "type": "u64"
          }
        ]
      }
    },
    {
      "name": "maxVoterWeightRecord",
      "docs": [
        "The most that could vote. Address: `[\"max-voter-weight\", pool]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "realm",
            "type": "pubkey"
          },
          {
            "name": "governingTokenMint",
            "type": "pubkey"
          },
          {
            "name": "maxVoterWeight",
            "type": "u64"
          },
          {
            "name": "expiryGiven",
            "type": "u8"
          },
          {
            "name": "expirySlot",
            "docs": [
              "Last slot in which it counts: the one in which it was written."
            ],
            "type": "u64"
          },
          {
            "name": "reserved",
            "type": {
              "array": [
                "u8",
                8
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
      "name": "podU64",
      "type": {
        "kind": "type",
        "alias": "u64"
      }
    },
    {
      "name": "pool",
      "docs": [
        "The stakes in one realm's community token, and the income that they share.",
        "Address: `[\"pool\", realm, mint]`, so that a realm has one."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "realm",
            "docs": [
              "The realm of SPL Governance in which stakes vote."
            ],
            "type": "pubkey"
          },
          {
            "name": "governanceProgram",
            "docs": [
              "The program that the realm belongs to."
            ],
            "type": "pubkey"
          },
          {
            "name": "mint",
            "docs": [
              "The staked token: the realm's community token."
            ],
            "type": "pubkey"
          },
          {
            "name": "tokenProgram",
            "docs": [
              "SPL Token or Token-2022, whichever the mint belongs to."
            ],
            "type": "pubkey"
          },
          {
            "name": "stakes",
            "docs": [
              "Holds what is staked: associated token account of `[\"stakes\", pool]`, apart from all income."
            ],
            "type": "pubkey"
          },
          {
            "name": "incomeMint",
            "docs": [
              "The token in which stakers are paid; it may be the staked one."
            ],
            "type": "pubkey"
          },
          {
            "name": "incomeTokenProgram",
            "type": "pubkey"
          },
          {
            "name": "vault",
            "docs": [
              "Where income arrives by plain transfers: this account's associated token account."
            ],
            "type": "pubkey"
          },
          {
            "name": "totalWeight",
            "docs": [
              "Of all positions that aren't being unlocked."
            ],
            "type": "u64"
          },
          {
            "name": "staked",
            "docs": [
              "Base units staked, until they are withdrawn."
            ],
            "type": "u64"
          },
          {
            "name": "incomeLeft",
            "docs": [
              "Income that was counted and not claimed yet."
            ],
            "type": "u64"
          },
          {
            "name": "incomeTotal",
            "docs": [
              "Income counted since the start; it ends at the greatest number."
            ],
            "type": "u64"
          },
          {
            "name": "leaving",
            "type": {
              "defined": {
                "name": "leaving"
              }
            }
          },
          {
            "name": "stream",
            "type": {
              "defined": {
                "name": "stream"
              }
            }
          },
          {
            "name": "coolDownSeconds",
            "docs": [
              "Least time from unlocking to withdrawing."
            ],
            "type": "u32"
          },
          {
            "name": "bump",
            "type": "u8"
          },
          {
            "name": "stakesBump",
            "docs": [
              "Of `[\"stakes\", pool]`."
            ],
            "type": "u8"
          },
          {
            "name": "pad",
            "type": {
              "array": [
                "u8",
                2
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
      "name": "position",
      "docs": [
        "Tokens that one owner has staked at once. Address: `[\"position\", pool, owner, id]`.",
        "",
        "It can be unlocked, but not otherwise be changed, nor change hands."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "pool",
            "type": "pubkey"
          },
          {
            "name": "owner",
            "type": "pubkey"
          },
          {
            "name": "id",
            "docs": [
              "Chosen by the owner; a seed of the address."
            ],
            "type": "u64"
          },
          {
            "name": "amount",
            "docs": [
              "Base units; 0 once they were withdrawn."
            ],
            "type": "u64"
          },
          {
            "name": "weight",
            "docs": [
              "What it counts for, in votes and in sharing income; 0 once it is being unlocked."
            ],
            "type": "u64"
          },
          {
            "name": "openedSlot",
            "docs": [
              "Slot in which it was made: it counts in votes that began later."
            ],
            "type": "u64"
          },
          {
            "name": "unlocksAt",
            "docs": [
              "Chain time from which it may be withdrawn; 0: it isn't being unlocked."
            ],
            "type": "i64"
          },
          {
            "name": "income",
            "type": {
              "defined": {
                "name": "income"
              }
            }
          },
          {
            "name": "lockSeconds",
            "docs": [
              "Time from unlocking to withdrawing, if it is longer than the pool's cool-down."
            ],
            "type": "u32"
          },
          {
            "name": "pad",
            "type": {
              "array": [
                "u8",
                4
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
      "name": "voterWeightRecord",
      "docs": [
        "The weight of one owner for one action. Address: `[\"voter-weight\", pool, owner]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "realm",
            "type": "pubkey"
          },
          {
            "name": "governingTokenMint",
            "type": "pubkey"
          },
          {
            "name": "governingTokenOwner",
            "type": "pubkey"
          },
          {
            "name": "voterWeight",
            "type": "u64"
          },
          {
            "name": "expiryGiven",
            "type": "u8"
          },
          {
            "name": "expirySlot",
            "docs": [
              "Last slot in which it counts: the one in which it was written."
            ],
            "type": "u64"
          },
          {
            "name": "actionGiven",
            "type": "u8"
          },
          {
            "name": "action",
            "type": "u8"
          },
          {
            "name": "targetGiven",
            "type": "u8"
          },
          {
            "name": "target",
            "docs": [
              "What the action is about, such as a proposal."
            ],
            "type": "pubkey"
          },
          {
            "name": "reserved",
            "type": {
              "array": [
                "u8",
                8
              ]
            }
          }
        ]
      }
    },
    {
      "name": "weightAction",
      "docs": [
        "What a voter's weight is for: `VoterWeightAction`."
      ],
      "type": {
        "kind": "enum",
        "variants": [
          {
            "name": "castVote"
          },
          {
            "name": "commentProposal"
          },
          {
            "name": "createGovernance"
          },
          {
            "name": "createProposal"
          },
          {
            "name": "signOffProposal"
          }
        ]
      }
    }
  ]
};
