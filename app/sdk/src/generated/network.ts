/**
 * Program IDL in camelCase format in order to be used in JS/TS.
 *
 * Note that this is only a type helper and is not the actual IDL. The original IDL is `network.json` beside it.
 * Both are written by `npm run build:programs`.
 */
export type Network = {
  "address": "AyLa35eEihLZhD8PWtEigEUixae8pDLHkMk5m7KqFXZK",
  "metadata": {
    "name": "network",
    "version": "0.1.0",
    "spec": "0.1.0",
    "description": "Registry, epochs and settlement of one Commonwire network"
  },
  "instructions": [
    {
      "name": "createNetwork",
      "discriminator": [
        1
      ],
      "accounts": [
        {
          "name": "creator",
          "docs": [
            "Pays the rent of network and registry."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "network",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  110,
                  101,
                  116,
                  119,
                  111,
                  114,
                  107
                ]
              },
              {
                "kind": "account",
                "path": "creator"
              },
              {
                "kind": "arg",
                "path": "id"
              }
            ]
          }
        },
        {
          "name": "registry",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  114,
                  101,
                  103,
                  105,
                  115,
                  116,
                  114,
                  121
                ]
              },
              {
                "kind": "account",
                "path": "network"
              }
            ]
          }
        },
        {
          "name": "mint"
        },
        {
          "name": "vault"
        },
        {
          "name": "tokenProgram",
          "address": "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
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
          "name": "roles",
          "type": {
            "defined": {
              "name": "roles"
            }
          }
        },
        {
          "name": "emission",
          "type": {
            "defined": {
              "name": "emission"
            }
          }
        },
        {
          "name": "policy",
          "type": {
            "defined": {
              "name": "policy"
            }
          }
        }
      ]
    },
    {
      "name": "cutEpoch",
      "discriminator": [
        4
      ],
      "accounts": [
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "registry"
        }
      ],
      "args": []
    },
    {
      "name": "openPage",
      "discriminator": [
        7
      ],
      "accounts": [
        {
          "name": "payer",
          "writable": true,
          "signer": true
        },
        {
          "name": "network"
        },
        {
          "name": "page",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  112,
                  97,
                  103,
                  101
                ]
              },
              {
                "kind": "account",
                "path": "network"
              },
              {
                "kind": "arg",
                "path": "number"
              }
            ]
          }
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "number",
          "type": "u32"
        }
      ]
    },
    {
      "name": "postEpoch",
      "discriminator": [
        5
      ],
      "accounts": [
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "instructions",
          "address": "Sysvar1nstructions1111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "claim",
          "type": {
            "defined": {
              "name": "epochClaim"
            }
          }
        }
      ]
    },
    {
      "name": "promote",
      "discriminator": [
        6
      ],
      "accounts": [
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "mint",
          "writable": true,
          "relations": [
            "network"
          ]
        },
        {
          "name": "vault",
          "writable": true,
          "relations": [
            "network"
          ]
        },
        {
          "name": "tokenProgram",
          "address": "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
        }
      ],
      "args": []
    },
    {
      "name": "registerDevices",
      "discriminator": [
        3
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "network"
        },
        {
          "name": "registry",
          "writable": true
        },
        {
          "name": "eventAuthority",
          "docs": [
            "CHECK: Only the event authority can invoke self-CPI"
          ],
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  95,
                  95,
                  101,
                  118,
                  101,
                  110,
                  116,
                  95,
                  97,
                  117,
                  116,
                  104,
                  111,
                  114,
                  105,
                  116,
                  121
                ]
              }
            ]
          }
        },
        {
          "name": "program",
          "docs": [
            "CHECK: Kept for v1-compatible account ordering and IDL shape"
          ]
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
          "name": "devices",
          "type": "bytes"
        }
      ]
    },
    {
      "name": "setCommittee",
      "discriminator": [
        2
      ],
      "accounts": [
        {
          "name": "authority",
          "signer": true,
          "relations": [
            "network"
          ]
        },
        {
          "name": "network",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "threshold",
          "type": "u8"
        },
        {
          "name": "keys",
          "type": {
            "vec": {
              "array": [
                "u8",
                32
              ]
            }
          }
        }
      ]
    },
    {
      "name": "settle",
      "discriminator": [
        8
      ],
      "accounts": [
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "page",
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: the token program checks the vault; here its address."
          ],
          "writable": true,
          "relations": [
            "network"
          ]
        },
        {
          "name": "tokenProgram",
          "address": "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
        }
      ],
      "args": [
        {
          "name": "run",
          "type": "bytes"
        }
      ]
    }
  ],
  "accounts": [
    {
      "name": "network",
      "discriminator": [
        51,
        5,
        209,
        183,
        60,
        99,
        156,
        251
      ]
    },
    {
      "name": "page",
      "discriminator": [
        133,
        127,
        192,
        87,
        206,
        149,
        195,
        14
      ]
    },
    {
      "name": "registry",
      "discriminator": [
        47,
        174,
        110,
        246,
        184,
        182,
        252,
        218
      ]
    }
  ],
  "events": [
    {
      "name": "devicesRegistered",
      "discriminator": [
        51,
        163,
        146,
        170,
        30,
        100,
        38,
        144
      ]
    }
  ],
  "errors": [
    {
      "code": 6000,
      "name": "badPolicy",
      "msg": "The policy is out of bounds: epochs and challenge periods last at least a second, and a device may earn something"
    },
    {
      "code": 6001,
      "name": "badEmission",
      "msg": "The emission is out of bounds: the cap per epoch is above zero and the maximum supply holds what exists already"
    },
    {
      "code": 6002,
      "name": "wrongMintAuthority",
      "msg": "The network must be the mint authority of its reward token, so that nobody else can mint it"
    },
    {
      "code": 6003,
      "name": "freezableMint",
      "msg": "The reward token has a freeze authority, who could stop payouts"
    },
    {
      "code": 6004,
      "name": "notAuthority",
      "msg": "Only the network's authority may do this"
    },
    {
      "code": 6005,
      "name": "badThreshold",
      "msg": "A committee has 1 to 9 members and a threshold above half of them, of at most 5"
    },
    {
      "code": 6006,
      "name": "badCommitteeKey",
      "msg": "Committee keys must be distinct and not zero"
    },
    {
      "code": 6007,
      "name": "wrongRegistry",
      "msg": "The registry belongs to another network"
    },
    {
      "code": 6008,
      "name": "badBatch",
      "msg": "The batch holds no device or is not a whole number of devices"
    },
    {
      "code": 6009,
      "name": "badDeviceKey",
      "msg": "The device key is not a valid encoding for its key type"
    },
    {
      "code": 6010,
      "name": "kindNotAdmitted",
      "msg": "The policy does not admit devices of this kind"
    },
    {
      "code": 6011,
      "name": "capacityOutOfBounds",
      "msg": "The capacity is zero or above the policy's bound for this kind"
    },
    {
      "code": 6012,
      "name": "registryFull",
      "msg": "The registry is full"
    },
    {
      "code": 6013,
      "name": "epochNotOver",
      "msg": "The epoch's time is not over yet"
    },
    {
      "code": 6014,
      "name": "cutsOutstanding",
      "msg": "Two epochs are cut and not promoted yet: promote one first"
    },
    {
      "code": 6015,
      "name": "epochPending",
      "msg": "An epoch is pending already: promote it first"
    },
    {
      "code": 6016,
      "name": "epochNotCut",
      "msg": "The epoch to post has not been cut yet"
    },
    {
      "code": 6017,
      "name": "attemptOutOfRange",
      "msg": "The attempt is below the network's or more than 255 above it"
    },
    {
      "code": 6018,
      "name": "earnedFell",
      "msg": "The total earned may not fall"
    },
    {
      "code": 6019,
      "name": "aboveEpochCap",
      "msg": "The epoch's rewards exceed the emission cap of the epoch"
    },
    {
      "code": 6020,
      "name": "aboveMaxSupply",
      "msg": "The rewards would exceed the maximum supply"
    },
    {
      "code": 6021,
      "name": "tooFewSignatures",
      "msg": "Fewer committee signatures than the threshold precede this instruction"
    },
    {
      "code": 6022,
      "name": "unknownSigner",
      "msg": "A signature is by a key outside the committee"
    },
    {
      "code": 6023,
      "name": "repeatedSigner",
      "msg": "One committee member signed twice"
    },
    {
      "code": 6024,
      "name": "wrongMessage",
      "msg": "A signature covers another message than this epoch's"
    },
    {
      "code": 6025,
      "name": "foreignSignatureOffset",
      "msg": "An Ed25519 instruction points outside its own data"
    },
    {
      "code": 6026,
      "name": "malformedSignatureInstruction",
      "msg": "An Ed25519 instruction is malformed"
    },
    {
      "code": 6027,
      "name": "nothingPending",
      "msg": "No epoch is pending"
    },
    {
      "code": 6028,
      "name": "challengePeriodOpen",
      "msg": "The challenge period is not over yet"
    },
    {
      "code": 6029,
      "name": "wrongPage",
      "msg": "The account is not this network's page for these devices"
    },
    {
      "code": 6030,
      "name": "wrongVault",
      "msg": "The vault is not this network's"
    },
    {
      "code": 6031,
      "name": "malformedSettlement",
      "msg": "The settlement data is malformed"
    },
    {
      "code": 6032,
      "name": "runOutOfRange",
      "msg": "The run is empty, crosses the page's end or reaches past the ledger's devices"
    },
    {
      "code": 6033,
      "name": "wrongDestination",
      "msg": "A destination is not the associated token account of the owner it pays"
    },
    {
      "code": 6034,
      "name": "wrongDestinationCount",
      "msg": "The number of destination accounts does not match the settlement data"
    },
    {
      "code": 6035,
      "name": "badProof",
      "msg": "The proof does not lead to the current ledger root"
    },
    {
      "code": 6036,
      "name": "earnedBelowPaid",
      "msg": "A device earned less than it was paid: the ledger is wrong"
    },
    {
      "code": 6037,
      "name": "aboveDeviceCap",
      "msg": "A device earned more than the cap per device allows since the start"
    },
    {
      "code": 6038,
      "name": "abovePromoted",
      "msg": "Payments would exceed what was earned in all"
    },
    {
      "code": 6039,
      "name": "overflow",
      "msg": "A sum overflowed"
    }
  ],
  "types": [
    {
      "name": "committee",
      "docs": [
        "The oracles whose signatures make an epoch."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "version",
            "docs": [
              "Raised by every change; 0: no committee was set yet."
            ],
            "type": "u32"
          },
          {
            "name": "members",
            "type": "u8"
          },
          {
            "name": "threshold",
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
            "name": "keys",
            "docs": [
              "Ed25519 keys; the first `members` are in force."
            ],
            "type": {
              "array": [
                {
                  "array": [
                    "u8",
                    32
                  ]
                },
                9
              ]
            }
          }
        ]
      }
    },
    {
      "name": "currentEpoch",
      "docs": [
        "The last promoted epoch: what devices are paid from."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "epoch",
            "docs": [
              "0: none was promoted yet."
            ],
            "type": "u64"
          },
          {
            "name": "promotedAt",
            "type": "i64"
          },
          {
            "name": "earnedTotal",
            "type": "u64"
          },
          {
            "name": "deviceCount",
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
          },
          {
            "name": "ledgerRoot",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "registryHash",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "usageRoot",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "datasetHash",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          }
        ]
      }
    },
    {
      "name": "cut",
      "docs": [
        "The end of an epoch's collection: what the registry held at that moment."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "epoch",
            "docs": [
              "Epoch that this cut closes; 0: none."
            ],
            "type": "u64"
          },
          {
            "name": "time",
            "docs": [
              "Chain time of the cut, unix seconds."
            ],
            "type": "i64"
          },
          {
            "name": "registryHash",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "deviceCount",
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
      "name": "devicesRegistered",
      "docs": [
        "Emitted by self-CPI with each batch, so that a replay can order batches within a slot and check each step."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "network",
            "type": "pubkey"
          },
          {
            "name": "first",
            "docs": [
              "Index of the batch's first device; the others follow."
            ],
            "type": "u32"
          },
          {
            "name": "count",
            "type": "u32"
          },
          {
            "name": "registryHash",
            "docs": [
              "The registry's running hash after the batch."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          }
        ]
      }
    },
    {
      "name": "emission",
      "docs": [
        "How reward tokens come into being: minted by the network, never beyond `max_supply`."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "maxSupply",
            "docs": [
              "Most base units that may ever exist, those from before the network included."
            ],
            "type": "u64"
          },
          {
            "name": "epochCap",
            "docs": [
              "Most base units that the first epochs may earn each."
            ],
            "type": "u64"
          },
          {
            "name": "halvingEpochs",
            "docs": [
              "Epochs after which the cap halves, again and again; 0: never."
            ],
            "type": "u64"
          }
        ]
      }
    },
    {
      "name": "epochClaim",
      "docs": [
        "What `post_epoch` brings beside what the cut fixed."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "attempt",
            "type": "u32"
          },
          {
            "name": "earnedTotal",
            "docs": [
              "Sum over all devices of what they earned since the start, in base units."
            ],
            "type": "u64"
          },
          {
            "name": "ledgerRoot",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "usageRoot",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "datasetHash",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          }
        ]
      }
    },
    {
      "name": "network",
      "docs": [
        "One deployment: its rules, its committee, and what its devices have earned and been paid.",
        "Address: `[\"network\", creator, id]`."
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
              "Wallet that created the network and a seed of its address."
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
            "name": "birth",
            "docs": [
              "Slot of creation: part of every epoch message, so that no message outlives its network."
            ],
            "type": "u64"
          },
          {
            "name": "authority",
            "docs": [
              "Sets policy and committee."
            ],
            "type": "pubkey"
          },
          {
            "name": "guardian",
            "docs": [
              "May stop things, never pay. Zero: none."
            ],
            "type": "pubkey"
          },
          {
            "name": "mint",
            "docs": [
              "The reward token; this account is its mint authority."
            ],
            "type": "pubkey"
          },
          {
            "name": "vault",
            "docs": [
              "Associated token account of this account: promoted rewards wait here to be settled."
            ],
            "type": "pubkey"
          },
          {
            "name": "initialSupply",
            "docs": [
              "Supply of the mint when the network was created."
            ],
            "type": "u64"
          },
          {
            "name": "emission",
            "type": {
              "defined": {
                "name": "emission"
              }
            }
          },
          {
            "name": "policy",
            "type": {
              "defined": {
                "name": "policy"
              }
            }
          },
          {
            "name": "committee",
            "type": {
              "defined": {
                "name": "committee"
              }
            }
          },
          {
            "name": "cuts",
            "docs": [
              "The last two cuts; that of epoch n at `n % 2`."
            ],
            "type": {
              "array": [
                {
                  "defined": {
                    "name": "cut"
                  }
                },
                2
              ]
            }
          },
          {
            "name": "lastCutEpoch",
            "type": "u64"
          },
          {
            "name": "lastCutTime",
            "docs": [
              "Chain time of the last cut, or of creation."
            ],
            "type": "i64"
          },
          {
            "name": "pending",
            "type": {
              "defined": {
                "name": "pendingEpoch"
              }
            }
          },
          {
            "name": "current",
            "type": {
              "defined": {
                "name": "currentEpoch"
              }
            }
          },
          {
            "name": "deviceEarnedMax",
            "docs": [
              "Most that any device may have earned since the start: the caps of all promoted epochs."
            ],
            "type": "u64"
          },
          {
            "name": "totalPaid",
            "docs": [
              "Paid to owners since the start."
            ],
            "type": "u64"
          },
          {
            "name": "attempt",
            "docs": [
              "Least attempt that the next post may carry."
            ],
            "type": "u32"
          },
          {
            "name": "bump",
            "type": "u8"
          },
          {
            "name": "decimals",
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
              "Room for what a later version keeps."
            ],
            "type": {
              "array": [
                {
                  "array": [
                    "u8",
                    32
                  ]
                },
                16
              ]
            }
          }
        ]
      }
    },
    {
      "name": "page",
      "docs": [
        "What each of 1,024 neighbouring devices has been paid since the start.",
        "Address: `[\"page\", network, number u32]`; device i has slot `i % 1024` of page `i / 1024`.",
        "",
        "The network is not kept in the page, which would cost its payer rent for each: the address proves it."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "payer",
            "docs": [
              "Who paid the rent and gets it back."
            ],
            "type": "pubkey"
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
                7
              ]
            }
          },
          {
            "name": "paid",
            "docs": [
              "Base units paid to device `number * 1024 + slot`."
            ],
            "type": {
              "array": [
                "u64",
                1024
              ]
            }
          }
        ]
      }
    },
    {
      "name": "pendingEpoch",
      "docs": [
        "An epoch that was posted and waits out its challenge period, with the rules it was posted under."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "epoch",
            "docs": [
              "0: none is pending."
            ],
            "type": "u64"
          },
          {
            "name": "postedAt",
            "type": "i64"
          },
          {
            "name": "earnedTotal",
            "type": "u64"
          },
          {
            "name": "deviceEpochCap",
            "docs": [
              "The cap for one device and epoch at the time of posting."
            ],
            "type": "u64"
          },
          {
            "name": "challengeSeconds",
            "type": "u32"
          },
          {
            "name": "committeeVersion",
            "type": "u32"
          },
          {
            "name": "attempt",
            "type": "u32"
          },
          {
            "name": "deviceCount",
            "type": "u32"
          },
          {
            "name": "ledgerRoot",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "registryHash",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "usageRoot",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "datasetHash",
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          }
        ]
      }
    },
    {
      "name": "policy",
      "docs": [
        "What the authority may change about a network."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "deviceEpochCap",
            "docs": [
              "Most that one device may earn in one epoch, in base units of the reward token."
            ],
            "type": "u64"
          },
          {
            "name": "epochSeconds",
            "docs": [
              "Least seconds from one cut to the next."
            ],
            "type": "u32"
          },
          {
            "name": "challengeSeconds",
            "docs": [
              "Seconds that a posted epoch stays open to challenge."
            ],
            "type": "u32"
          },
          {
            "name": "maxCapacity",
            "docs": [
              "Greatest capacity of a device by kind, in the kind's unit; 0 admits none."
            ],
            "type": {
              "array": [
                "u32",
                8
              ]
            }
          }
        ]
      }
    },
    {
      "name": "registry",
      "docs": [
        "Devices of a network, compressed. Address: `[\"registry\", network]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "network",
            "type": "pubkey"
          },
          {
            "name": "hash",
            "docs": [
              "Running hash over every change since the start; a replay that misses one can't reach it."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "frontier",
            "docs": [
              "Full left subtrees of the registry tree, by level."
            ],
            "type": {
              "array": [
                {
                  "array": [
                    "u8",
                    32
                  ]
                },
                24
              ]
            }
          },
          {
            "name": "deviceCount",
            "docs": [
              "Devices registered so far, the retired included: the next index."
            ],
            "type": "u32"
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
                3
              ]
            }
          }
        ]
      }
    },
    {
      "name": "roles",
      "docs": [
        "Who may do what beyond what anybody may."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "authority",
            "docs": [
              "Sets policy and committee; normally a governance or multisig address."
            ],
            "type": "pubkey"
          },
          {
            "name": "guardian",
            "docs": [
              "May stop things, never pay. Zero: nobody."
            ],
            "type": "pubkey"
          }
        ]
      }
    }
  ]
};
