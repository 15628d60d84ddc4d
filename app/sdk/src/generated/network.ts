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
      "name": "acceptAuthority",
      "discriminator": [
        12
      ],
      "accounts": [
        {
          "name": "authority",
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "answerDemand",
      "discriminator": [
        18
      ],
      "accounts": [
        {
          "name": "answerer",
          "writable": true,
          "signer": true
        },
        {
          "name": "demander",
          "docs": [
            "CHECK: only receives the rent that it paid; it may have answered itself."
          ],
          "writable": true,
          "relations": [
            "demand"
          ]
        },
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "demand",
          "writable": true
        },
        {
          "name": "log",
          "docs": [
            "CHECK: its address. Whoever looks for leaves that were shown lists the transactions that name it."
          ],
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  100,
                  101,
                  109,
                  97,
                  110,
                  100
                ]
              },
              {
                "kind": "account",
                "path": "network"
              }
            ]
          }
        }
      ],
      "args": [
        {
          "name": "owner",
          "type": "pubkey"
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
      "name": "applyRuleChange",
      "discriminator": [
        33
      ],
      "accounts": [
        {
          "name": "network",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "rule",
          "type": {
            "defined": {
              "name": "rule"
            }
          }
        }
      ]
    },
    {
      "name": "approveEpoch",
      "discriminator": [
        30
      ],
      "accounts": [
        {
          "name": "oracle",
          "signer": true
        },
        {
          "name": "payer",
          "docs": [
            "Pays the rent."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "network"
        },
        {
          "name": "approval",
          "writable": true
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
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
      "name": "cancelRuleChange",
      "discriminator": [
        34
      ],
      "accounts": [
        {
          "name": "guard",
          "docs": [
            "The guardian or the authority: the state checks which."
          ],
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "rule",
          "type": {
            "defined": {
              "name": "rule"
            }
          }
        }
      ]
    },
    {
      "name": "challengeEpoch",
      "discriminator": [
        19
      ],
      "accounts": [
        {
          "name": "challenger",
          "docs": [
            "Receives a tenth of what is slashed."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "registry",
          "docs": [
            "Proves owners of devices that never changed hands, and receives what is slashed."
          ],
          "writable": true
        },
        {
          "name": "record",
          "docs": [
            "CHECK: records the last change of the device's owner, if there was one; its address is derived, so a challenger",
            "can't leave it out."
          ],
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  111,
                  119,
                  110,
                  101,
                  114
                ]
              },
              {
                "kind": "account",
                "path": "network"
              },
              {
                "kind": "arg",
                "path": "index"
              }
            ]
          }
        },
        {
          "name": "page",
          "docs": [
            "The device's page: shows what a device was paid, which no corrective epoch may take back."
          ],
          "optional": true
        }
      ],
      "args": [
        {
          "name": "index",
          "type": "u32"
        },
        {
          "name": "claim",
          "type": {
            "defined": {
              "name": "leafClaim"
            }
          }
        },
        {
          "name": "proof",
          "type": "bytes"
        },
        {
          "name": "before",
          "type": {
            "option": {
              "defined": {
                "name": "leafClaim"
              }
            }
          }
        },
        {
          "name": "beforeProof",
          "type": "bytes"
        },
        {
          "name": "device",
          "type": "bytes"
        },
        {
          "name": "devicePath",
          "type": "bytes"
        }
      ]
    },
    {
      "name": "closeApproval",
      "discriminator": [
        31
      ],
      "accounts": [
        {
          "name": "network"
        },
        {
          "name": "payer",
          "docs": [
            "CHECK: only receives lamports."
          ],
          "writable": true,
          "relations": [
            "approval"
          ]
        },
        {
          "name": "approval",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "closeDemand",
      "discriminator": [
        32
      ],
      "accounts": [
        {
          "name": "demander",
          "docs": [
            "CHECK: only receives what it paid."
          ],
          "writable": true,
          "relations": [
            "demand"
          ]
        },
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "demand",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "closeNetwork",
      "discriminator": [
        28
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
          "name": "heir",
          "type": "pubkey"
        }
      ]
    },
    {
      "name": "closePage",
      "discriminator": [
        29
      ],
      "accounts": [
        {
          "name": "network"
        },
        {
          "name": "payer",
          "docs": [
            "CHECK: only receives lamports."
          ],
          "writable": true,
          "relations": [
            "page"
          ]
        },
        {
          "name": "page",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "createNetwork",
      "discriminator": [
        1
      ],
      "accounts": [
        {
          "name": "creator",
          "docs": [
            "Pays the rent of the network and registry accounts."
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
          "name": "mint",
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
          "name": "tokenProgram",
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
          "name": "genesisHash",
          "type": {
            "array": [
              "u8",
              32
            ]
          }
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
          "name": "funded",
          "type": "bool"
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
          "name": "floors",
          "type": {
            "defined": {
              "name": "floors"
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
      "name": "demandLeaf",
      "discriminator": [
        17
      ],
      "accounts": [
        {
          "name": "demander",
          "writable": true,
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "demand",
          "writable": true
        },
        {
          "name": "log",
          "docs": [
            "CHECK: its address. It holds nothing: whoever answers lists the transactions that name it."
          ],
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  100,
                  101,
                  109,
                  97,
                  110,
                  100
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
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
        }
      ],
      "args": [
        {
          "name": "index",
          "type": "u32"
        }
      ]
    },
    {
      "name": "depositBond",
      "discriminator": [
        23
      ],
      "accounts": [
        {
          "name": "depositor",
          "writable": true,
          "signer": true
        },
        {
          "name": "network"
        },
        {
          "name": "bond",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  98,
                  111,
                  110,
                  100
                ]
              },
              {
                "kind": "account",
                "path": "network"
              },
              {
                "kind": "arg",
                "path": "oracle"
              },
              {
                "kind": "account",
                "path": "depositor"
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
          "name": "oracle",
          "type": {
            "array": [
              "u8",
              32
            ]
          }
        },
        {
          "name": "lamports",
          "type": "u64"
        }
      ]
    },
    {
      "name": "finishClose",
      "discriminator": [
        36
      ],
      "accounts": [
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "mint",
          "docs": [
            "CHECK: the token program checks the mint; here its address."
          ],
          "writable": true,
          "relations": [
            "network"
          ]
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
          "name": "destination",
          "docs": [
            "CHECK: the heir's associated token account, where rewards were minted; another account otherwise."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "network"
          ]
        }
      ],
      "args": []
    },
    {
      "name": "fundVault",
      "discriminator": [
        22
      ],
      "accounts": [
        {
          "name": "funder",
          "docs": [
            "Pays the rent of the first deposit's record."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "funding",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  102,
                  117,
                  110,
                  100,
                  105,
                  110,
                  103
                ]
              },
              {
                "kind": "account",
                "path": "network"
              },
              {
                "kind": "account",
                "path": "funder"
              }
            ]
          }
        },
        {
          "name": "source",
          "docs": [
            "CHECK: the token program checks that it is the funder's and of the vault's mint."
          ],
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true,
          "relations": [
            "network"
          ]
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "network"
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
      "name": "nameCorrective",
      "discriminator": [
        16
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
          "name": "epoch",
          "type": "u64"
        }
      ]
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
      "name": "pause",
      "discriminator": [
        13
      ],
      "accounts": [
        {
          "name": "guard",
          "docs": [
            "The guardian or the authority: the state checks which."
          ],
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        }
      ],
      "args": []
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
        },
        {
          "name": "opening",
          "type": "bytes"
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
          "docs": [
            "CHECK: the token program checks the mint; here its address."
          ],
          "writable": true,
          "relations": [
            "network"
          ]
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
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "network"
          ]
        }
      ],
      "args": []
    },
    {
      "name": "proposeAuthority",
      "discriminator": [
        11
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
          "name": "authority",
          "type": "pubkey"
        }
      ]
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
          "name": "payer",
          "docs": [
            "Pays the fee."
          ],
          "writable": true,
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
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
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
      "name": "resign",
      "discriminator": [
        35
      ],
      "accounts": [
        {
          "name": "oracle",
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "retireDevice",
      "discriminator": [
        21
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "payer",
          "docs": [
            "Pays the record's rent if the device has no record yet."
          ],
          "writable": true,
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
          "name": "record",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  111,
                  119,
                  110,
                  101,
                  114
                ]
              },
              {
                "kind": "account",
                "path": "network"
              },
              {
                "kind": "arg",
                "path": "index"
              }
            ]
          }
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
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
      "name": "setGuardian",
      "discriminator": [
        10
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
          "name": "guardian",
          "type": "pubkey"
        }
      ]
    },
    {
      "name": "setPolicy",
      "discriminator": [
        9
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
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "network"
          ]
        }
      ],
      "args": [
        {
          "name": "run",
          "type": "bytes"
        }
      ]
    },
    {
      "name": "slash",
      "discriminator": [
        26
      ],
      "accounts": [
        {
          "name": "reporter",
          "docs": [
            "Receives a tenth of what is taken."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        },
        {
          "name": "registry",
          "docs": [
            "Receives what is taken, as it does fees."
          ],
          "writable": true
        },
        {
          "name": "instructions",
          "address": "Sysvar1nstructions1111111111111111111111111"
        },
        {
          "name": "approval",
          "optional": true
        }
      ],
      "args": []
    },
    {
      "name": "transferDevice",
      "discriminator": [
        20
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "payer",
          "docs": [
            "Pays the record's rent if the device has no record yet."
          ],
          "writable": true,
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
          "name": "record",
          "writable": true,
          "pda": {
            "seeds": [
              {
                "kind": "const",
                "value": [
                  111,
                  119,
                  110,
                  101,
                  114
                ]
              },
              {
                "kind": "account",
                "path": "network"
              },
              {
                "kind": "arg",
                "path": "index"
              }
            ]
          }
        },
        {
          "name": "systemProgram",
          "address": "11111111111111111111111111111111"
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
          "name": "index",
          "type": "u32"
        },
        {
          "name": "earned",
          "type": "u64"
        },
        {
          "name": "newOwner",
          "type": "pubkey"
        },
        {
          "name": "proof",
          "type": "bytes"
        }
      ]
    },
    {
      "name": "unlockBond",
      "discriminator": [
        24
      ],
      "accounts": [
        {
          "name": "depositor",
          "writable": true,
          "signer": true,
          "relations": [
            "bond"
          ]
        },
        {
          "name": "network"
        },
        {
          "name": "bond",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "unpause",
      "discriminator": [
        14
      ],
      "accounts": [
        {
          "name": "guard",
          "docs": [
            "The guardian or the authority: the state checks which."
          ],
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "vetoEpoch",
      "discriminator": [
        15
      ],
      "accounts": [
        {
          "name": "guard",
          "docs": [
            "The guardian or the authority: the state checks which."
          ],
          "signer": true
        },
        {
          "name": "network",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "root",
          "type": {
            "array": [
              "u8",
              32
            ]
          }
        }
      ]
    },
    {
      "name": "withdrawBond",
      "discriminator": [
        25
      ],
      "accounts": [
        {
          "name": "depositor",
          "writable": true,
          "signer": true,
          "relations": [
            "bond"
          ]
        },
        {
          "name": "network"
        },
        {
          "name": "bond",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "withdrawFees",
      "discriminator": [
        27
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
          "name": "network"
        },
        {
          "name": "registry",
          "writable": true
        },
        {
          "name": "recipient",
          "docs": [
            "CHECK: only receives lamports; chosen by the authority, which it may be itself."
          ],
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "withdrawSurplus",
      "discriminator": [
        37
      ],
      "accounts": [
        {
          "name": "funder",
          "writable": true,
          "signer": true,
          "relations": [
            "funding"
          ]
        },
        {
          "name": "network"
        },
        {
          "name": "funding",
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true,
          "relations": [
            "network"
          ]
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: chosen by the funder; the token program checks that it is of the vault's mint."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: its address."
          ],
          "relations": [
            "network"
          ]
        }
      ],
      "args": []
    }
  ],
  "accounts": [
    {
      "name": "approval",
      "discriminator": [
        233,
        9,
        153,
        49,
        11,
        222,
        59,
        130
      ]
    },
    {
      "name": "bond",
      "discriminator": [
        224,
        128,
        48,
        251,
        182,
        246,
        111,
        196
      ]
    },
    {
      "name": "demand",
      "discriminator": [
        146,
        217,
        158,
        200,
        51,
        25,
        106,
        64
      ]
    },
    {
      "name": "funding",
      "discriminator": [
        50,
        175,
        214,
        196,
        200,
        110,
        145,
        161
      ]
    },
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
      "name": "ownerRecord",
      "discriminator": [
        5,
        36,
        17,
        69,
        246,
        236,
        83,
        166
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
      "name": "deviceChanged",
      "discriminator": [
        151,
        4,
        222,
        221,
        16,
        107,
        220,
        187
      ]
    },
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
      "msg": "The policy is out of bounds: epochs, challenge periods and payout windows must last at least a second, challenge periods at least a slot, the time to answer a demand at least half of the challenge period, and a device must be able to earn something"
    },
    {
      "code": 6001,
      "name": "badEmission",
      "msg": "The emission is out of bounds: the cap per epoch must be above zero and the maximum supply at least what exists already"
    },
    {
      "code": 6002,
      "name": "wrongMintAuthority",
      "msg": "The network must be the mint authority of its reward token, so that nobody else can mint it"
    },
    {
      "code": 6003,
      "name": "freezableMint",
      "msg": "The reward token has a freeze authority, which could stop payouts"
    },
    {
      "code": 6004,
      "name": "notAuthority",
      "msg": "Only the network's authority may do this"
    },
    {
      "code": 6005,
      "name": "badThreshold",
      "msg": "A committee needs 1 to 21 members and a threshold of more than half of them"
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
      "msg": "The epoch is not over yet"
    },
    {
      "code": 6014,
      "name": "cutsOutstanding",
      "msg": "Two epochs have been cut but not promoted: promote one first"
    },
    {
      "code": 6015,
      "name": "epochPending",
      "msg": "An epoch is already pending: it must be promoted or become void first"
    },
    {
      "code": 6016,
      "name": "epochNotCut",
      "msg": "The epoch to post has not been cut yet"
    },
    {
      "code": 6017,
      "name": "attemptOutOfRange",
      "msg": "The attempt is below the network's next attempt or more than 255 above it"
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
      "msg": "A signature is from a key outside the committee"
    },
    {
      "code": 6023,
      "name": "repeatedSigner",
      "msg": "One committee member signed twice"
    },
    {
      "code": 6024,
      "name": "wrongMessage",
      "msg": "A signature covers a different message from this epoch's"
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
      "msg": "Payments would exceed the total earned"
    },
    {
      "code": 6039,
      "name": "overflow",
      "msg": "A sum overflowed"
    },
    {
      "code": 6040,
      "name": "payoutLimitTooLow",
      "msg": "The payout limit is below the rate at which devices may earn, so payments would never catch up"
    },
    {
      "code": 6041,
      "name": "bondLockTooShort",
      "msg": "Bonds must stay locked for at least two epochs, a challenge period and the time to answer a demand, so that evidence can arrive in time"
    },
    {
      "code": 6042,
      "name": "closed",
      "msg": "The network is permanently closed"
    },
    {
      "code": 6043,
      "name": "notClosed",
      "msg": "The network is not closed"
    },
    {
      "code": 6044,
      "name": "paused",
      "msg": "The network is paused"
    },
    {
      "code": 6045,
      "name": "notPaused",
      "msg": "The network is not paused"
    },
    {
      "code": 6046,
      "name": "alreadyPaused",
      "msg": "The network is already paused"
    },
    {
      "code": 6047,
      "name": "notGuardian",
      "msg": "Only the guardian or the authority may do this"
    },
    {
      "code": 6048,
      "name": "guardianPauseSpent",
      "msg": "The guardian may pause again only seven days after its last pause ended; the authority may pause at any time"
    },
    {
      "code": 6049,
      "name": "guardianVetoesSpent",
      "msg": "The guardian has vetoed this epoch twice: only the authority can veto it again"
    },
    {
      "code": 6050,
      "name": "notProposed",
      "msg": "Only the account that was proposed as authority may accept"
    },
    {
      "code": 6051,
      "name": "correctiveEpochOver",
      "msg": "A corrective epoch must not have been promoted yet"
    },
    {
      "code": 6052,
      "name": "badRegistryProof",
      "msg": "The registry leaf or its path does not lead to the registry's frontier: fetch it again, since registrations change it"
    },
    {
      "code": 6053,
      "name": "currentLeafMissing",
      "msg": "A device in the current ledger needs its current leaf with a proof"
    },
    {
      "code": 6054,
      "name": "wrongRecord",
      "msg": "The account is not the owner record of this device"
    },
    {
      "code": 6055,
      "name": "noFault",
      "msg": "The leaf shows nothing wrong with the pending epoch"
    },
    {
      "code": 6056,
      "name": "transferOutstanding",
      "msg": "An earlier transfer of this device is not in the current ledger yet: wait for its epoch"
    },
    {
      "code": 6057,
      "name": "deviceRetired",
      "msg": "The device is retired"
    },
    {
      "code": 6058,
      "name": "badOwner",
      "msg": "No new owner is given"
    },
    {
      "code": 6059,
      "name": "badMint",
      "msg": "The account is not an initialized mint of this token program"
    },
    {
      "code": 6060,
      "name": "unsupportedExtension",
      "msg": "The reward token has an extension that could stop or change payments; the log names it"
    },
    {
      "code": 6061,
      "name": "wrongTokenProgram",
      "msg": "The token program is not that of the network's reward token"
    },
    {
      "code": 6062,
      "name": "wrongMint",
      "msg": "The mint is not the network's reward token"
    },
    {
      "code": 6063,
      "name": "notFunded",
      "msg": "The vault does not hold everything earned and unpaid: fund it first"
    },
    {
      "code": 6064,
      "name": "payoutLimitReached",
      "msg": "This settlement exceeds what the payout limit leaves in the current window: settle fewer devices, or wait for the next window"
    },
    {
      "code": 6065,
      "name": "bondTooSmall",
      "msg": "The bond is too small, or its depositor has begun to unlock it"
    },
    {
      "code": 6066,
      "name": "wrongBond",
      "msg": "The account is not the bond of this oracle in this network"
    },
    {
      "code": 6067,
      "name": "bondLocked",
      "msg": "The bond is still locked"
    },
    {
      "code": 6068,
      "name": "oracleInCommittee",
      "msg": "The oracle is on the committee, so its bond stays locked"
    },
    {
      "code": 6069,
      "name": "notDepositor",
      "msg": "The bond belongs to another depositor"
    },
    {
      "code": 6070,
      "name": "notEquivocation",
      "msg": "The signatures before this instruction are not by one oracle over two messages for the same epoch and attempt of this network"
    },
    {
      "code": 6071,
      "name": "nothingToSlash",
      "msg": "The oracle is not on the committee and no bond for it was supplied"
    },
    {
      "code": 6072,
      "name": "wrongPayer",
      "msg": "The rent must go back to the account that paid it"
    },
    {
      "code": 6073,
      "name": "rewardsAreMinted",
      "msg": "This network mints its rewards, so tokens put into its vault would be stuck there"
    },
    {
      "code": 6074,
      "name": "noFees",
      "msg": "There are no fees to withdraw"
    },
    {
      "code": 6075,
      "name": "rootSumMismatch",
      "msg": "What the root is opened to does not lead to the root and the total earned"
    },
    {
      "code": 6076,
      "name": "badGenesisHash",
      "msg": "The genesis hash names no cluster"
    },
    {
      "code": 6077,
      "name": "badFloors",
      "msg": "The floors are out of bounds: each must be at least a second, and the delay of changes at most seven days"
    },
    {
      "code": 6078,
      "name": "belowFloor",
      "msg": "The policy goes below a floor that was fixed when the network was created"
    },
    {
      "code": 6079,
      "name": "nothingAnnounced",
      "msg": "No such change was announced"
    },
    {
      "code": 6080,
      "name": "changeDelayed",
      "msg": "The announced change may not take effect yet"
    },
    {
      "code": 6081,
      "name": "wrongRoot",
      "msg": "Another epoch is pending than the one whose root was named"
    },
    {
      "code": 6082,
      "name": "feeAboveMaximum",
      "msg": "The registration costs more than the given maximum"
    },
    {
      "code": 6083,
      "name": "demandTooLate",
      "msg": "Leaves can be demanded only in the first half of the challenge period"
    },
    {
      "code": 6084,
      "name": "wrongDemand",
      "msg": "The demand is not about the epoch that is pending, or of another network"
    },
    {
      "code": 6085,
      "name": "answerTimeOpen",
      "msg": "The time to show the demanded leaf is not over"
    },
    {
      "code": 6086,
      "name": "demandsOpen",
      "msg": "Leaves of the pending epoch were demanded and not shown yet"
    },
    {
      "code": 6087,
      "name": "wrongApproval",
      "msg": "The approval is of another network"
    },
    {
      "code": 6088,
      "name": "approvalNeeded",
      "msg": "The approval may still be needed as evidence"
    },
    {
      "code": 6089,
      "name": "noHeir",
      "msg": "A network that mints its rewards needs somebody to leave its mint authority to"
    },
    {
      "code": 6090,
      "name": "notClosing",
      "msg": "The network is not closing"
    },
    {
      "code": 6091,
      "name": "stillClosing",
      "msg": "Owners still have time to be paid before the network closes"
    },
    {
      "code": 6092,
      "name": "notFunder",
      "msg": "The deposit was made by somebody else"
    },
    {
      "code": 6093,
      "name": "wrongFunding",
      "msg": "The record of deposits is of another network"
    },
    {
      "code": 6094,
      "name": "correctivePending",
      "msg": "A corrective epoch is pending: nothing is paid until it is promoted or void"
    },
    {
      "code": 6095,
      "name": "correctiveEpochCut",
      "msg": "The epoch named before has been cut, so oracles may have signed it: it stays corrective until it is promoted"
    },
    {
      "code": 6096,
      "name": "pauseHeld",
      "msg": "The guardian's pause can't be ended before a change of rules could take effect"
    },
    {
      "code": 6097,
      "name": "guardianRefusalsSpent",
      "msg": "The guardian has withdrawn its own replacement as often as it may"
    }
  ],
  "types": [
    {
      "name": "approval",
      "docs": [
        "An oracle's approval of an epoch's message, given by signing a transaction instead of the message.",
        "Address: `[\"approval\", network, committee version u32, epoch u64, attempt u32, oracle key]`, so that an oracle has one",
        "for each attempt."
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
            "name": "oracle",
            "docs": [
              "The oracle's Ed25519 key."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "messageHash",
            "docs": [
              "SHA-256 of the message."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "payer",
            "docs": [
              "The account that paid the rent and gets it back."
            ],
            "type": "pubkey"
          },
          {
            "name": "epoch",
            "type": "u64"
          },
          {
            "name": "committeeVersion",
            "type": "u32"
          },
          {
            "name": "attempt",
            "type": "u32"
          }
        ]
      }
    },
    {
      "name": "bond",
      "docs": [
        "Lamports that an oracle loses if it is proven dishonest. Address: `[\"bond\", network, oracle key, depositor]`."
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
            "name": "oracle",
            "docs": [
              "The oracle's Ed25519 key."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "depositor",
            "docs": [
              "The account that deposited the lamports and gets them back."
            ],
            "type": "pubkey"
          },
          {
            "name": "lamports",
            "docs": [
              "Lamports bonded, not counting the account's rent."
            ],
            "type": "u64"
          },
          {
            "name": "unlocksAt",
            "docs": [
              "Chain time from which the depositor may withdraw; 0: the bond is not unlocking."
            ],
            "type": "i64"
          }
        ]
      }
    },
    {
      "name": "committee",
      "docs": [
        "The oracles whose signatures count."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "version",
            "docs": [
              "Raised by every change; 0: no committee has been set."
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
                21
              ]
            }
          },
          {
            "name": "bonds",
            "docs": [
              "Address of the bond that admitted each member, to be taken if a fault is proven; zero where none was required."
            ],
            "type": {
              "array": [
                {
                  "array": [
                    "u8",
                    32
                  ]
                },
                21
              ]
            }
          }
        ]
      }
    },
    {
      "name": "currentEpoch",
      "docs": [
        "The last promoted epoch, from which devices are paid."
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
            "name": "cutTime",
            "docs": [
              "Chain time of its cut, unix seconds."
            ],
            "type": "i64"
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
        "The end of an epoch's collection, and the registry at that moment."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "epoch",
            "docs": [
              "Epoch that this cut ends; 0: none."
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
            "name": "deviceEpochCap",
            "docs": [
              "Most that one device may earn in the epoch: the policy's cap at the cut, so that a later change of policy can't",
              "make an honest epoch look wrong."
            ],
            "type": "u64"
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
      "name": "demand",
      "docs": [
        "A demand to show one leaf of the pending epoch: a ledger whose leaves nobody can show is void.",
        "Address: `[\"demand\", network, epoch u64, attempt u32, index u32]`."
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
            "name": "demander",
            "docs": [
              "Paid rent and bond; gets the rent back, and the bond too unless the leaf was shown."
            ],
            "type": "pubkey"
          },
          {
            "name": "epoch",
            "type": "u64"
          },
          {
            "name": "bond",
            "docs": [
              "Lamports for whoever shows the leaf."
            ],
            "type": "u64"
          },
          {
            "name": "openedAt",
            "docs": [
              "Chain time of the demand."
            ],
            "type": "i64"
          },
          {
            "name": "pausedBefore",
            "docs": [
              "Total seconds that the network had been paused then."
            ],
            "type": "i64"
          },
          {
            "name": "openedSlot",
            "docs": [
              "Slot of the demand."
            ],
            "type": "u64"
          },
          {
            "name": "attempt",
            "type": "u32"
          },
          {
            "name": "index",
            "type": "u32"
          }
        ]
      }
    },
    {
      "name": "deviceChanged",
      "docs": [
        "Emitted by self-CPI when a device is handed to another owner or retired."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "network",
            "type": "pubkey"
          },
          {
            "name": "index",
            "type": "u32"
          },
          {
            "name": "owner",
            "docs": [
              "The owner from `effective_epoch` on; a retired device keeps its owner."
            ],
            "type": "pubkey"
          },
          {
            "name": "effectiveEpoch",
            "type": "u64"
          },
          {
            "name": "retired",
            "type": "bool"
          },
          {
            "name": "registryHash",
            "docs": [
              "The registry's running hash after the change."
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
        "How much may be earned in all and in each epoch."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "maxSupply",
            "docs": [
              "Minted: most base units that may ever exist, those from before the network included. Funded: most that may ever",
              "be earned."
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
        "The part of an epoch that `post_epoch` claims; the cut has fixed the rest."
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
      "name": "floors",
      "docs": [
        "Bounds that no later change of rules can cross. Fixed when the network is created."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "epochSeconds",
            "docs": [
              "Least `epoch_seconds`: with the cap per epoch it bounds emission per second."
            ],
            "type": "u32"
          },
          {
            "name": "challengeSeconds",
            "docs": [
              "Least `challenge_seconds`."
            ],
            "type": "u32"
          },
          {
            "name": "payoutWindowSeconds",
            "docs": [
              "Least `payout_window_seconds`."
            ],
            "type": "u32"
          },
          {
            "name": "changeDelaySeconds",
            "docs": [
              "Seconds that a change of rules waits if it loosens anything; 0: none waits."
            ],
            "type": "u32"
          }
        ]
      }
    },
    {
      "name": "funding",
      "docs": [
        "What one account has deposited in the vault of a funded network. Address: `[\"funding\", network, funder]`."
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
            "name": "funder",
            "type": "pubkey"
          },
          {
            "name": "amount",
            "docs": [
              "Base units since the start."
            ],
            "type": "u64"
          }
        ]
      }
    },
    {
      "name": "leafClaim",
      "docs": [
        "Owner and earnings in a leaf."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "owner",
            "type": "pubkey"
          },
          {
            "name": "earned",
            "type": "u64"
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
            "name": "genesisHash",
            "docs": [
              "Genesis hash of the cluster, given by the creator since programs can't read it: part of every epoch message, so",
              "that no signature made on one cluster counts on another."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "authority",
            "docs": [
              "Sets policy, committee and guardian."
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
            "name": "guardian",
            "docs": [
              "May stop things, never pay. Zero: none."
            ],
            "type": "pubkey"
          },
          {
            "name": "mint",
            "docs": [
              "The reward token. Where rewards are minted, this account is its mint authority."
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
            "name": "vault",
            "docs": [
              "Associated token account of this account: promoted rewards wait here to be settled."
            ],
            "type": "pubkey"
          },
          {
            "name": "initialSupply",
            "docs": [
              "Supply of the mint when the network was created; 0 where rewards are funded."
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
            "name": "floors",
            "docs": [
              "Bounds of the policy, fixed at creation."
            ],
            "type": {
              "defined": {
                "name": "floors"
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
            "name": "changes",
            "docs": [
              "Changes of rules that wait out their delay."
            ],
            "type": {
              "defined": {
                "name": "ruleChanges"
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
            "name": "pause",
            "type": {
              "defined": {
                "name": "pause"
              }
            }
          },
          {
            "name": "correctiveEpoch",
            "docs": [
              "Epoch that may correct what devices earned; 0: none."
            ],
            "type": "u64"
          },
          {
            "name": "correctiveFrom",
            "docs": [
              "Chain time from which that epoch, once posted, corrects."
            ],
            "type": "i64"
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
            "name": "mintedTotal",
            "docs": [
              "Most that was ever earned in all, which is what has been minted: a corrective epoch may lower the total earned, and",
              "what was minted beyond it is used first."
            ],
            "type": "u64"
          },
          {
            "name": "fundedTotal",
            "docs": [
              "Deposited by funders since the start; 0 where rewards are minted."
            ],
            "type": "u64"
          },
          {
            "name": "surplus",
            "docs": [
              "What is left to funders of a closed network."
            ],
            "type": "u64"
          },
          {
            "name": "heir",
            "docs": [
              "Who gets the mint authority, and what nobody collected, once a network that mints is closed."
            ],
            "type": "pubkey"
          },
          {
            "name": "closingSince",
            "docs": [
              "Chain time at which closing began; 0: it didn't."
            ],
            "type": "i64"
          },
          {
            "name": "closingPausedBefore",
            "docs": [
              "Total seconds that the network had been paused then."
            ],
            "type": "i64"
          },
          {
            "name": "windowStart",
            "docs": [
              "Chain time at which the payout window began."
            ],
            "type": "i64"
          },
          {
            "name": "windowPaid",
            "docs": [
              "Paid in the payout window."
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
            "name": "guardianVetoes",
            "docs": [
              "How often the guardian has vetoed the next epoch."
            ],
            "type": "u8"
          },
          {
            "name": "closed",
            "docs": [
              "0: open; 1: nothing more is posted, what was earned is still paid; 2: closed."
            ],
            "type": "u8"
          },
          {
            "name": "funded",
            "docs": [
              "1: the vault must hold rewards before they are promoted; 0: they are minted into it."
            ],
            "type": "u8"
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
            "name": "guardianRefusals",
            "docs": [
              "How often the guardian has withdrawn its own replacement."
            ],
            "type": "u8"
          },
          {
            "name": "pad",
            "type": {
              "array": [
                "u8",
                6
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
                8
              ]
            }
          }
        ]
      }
    },
    {
      "name": "ownerRecord",
      "docs": [
        "The last change of a device's owner. Address: `[\"owner\", network, index u32]`."
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
            "name": "owner",
            "docs": [
              "The device's owner from `effective_epoch` on."
            ],
            "type": "pubkey"
          },
          {
            "name": "previousOwner",
            "docs": [
              "The device's owner until then."
            ],
            "type": "pubkey"
          },
          {
            "name": "effectiveEpoch",
            "docs": [
              "First epoch whose ledger shows the change; 0: nothing was recorded yet."
            ],
            "type": "u64"
          },
          {
            "name": "index",
            "type": "u32"
          },
          {
            "name": "retired",
            "docs": [
              "1: the device is retired and earns nothing from `effective_epoch` on."
            ],
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
      "name": "page",
      "docs": [
        "The amount that each of 1,024 consecutive devices has been paid since the start.",
        "Address: `[\"page\", network, number u32]`; device i has slot `i % 1024` of page `i / 1024`."
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
              "The account that paid the rent and gets it back."
            ],
            "type": "pubkey"
          },
          {
            "name": "number",
            "type": "u32"
          },
          {
            "name": "network",
            "docs": [
              "First bytes of the network's address."
            ],
            "type": {
              "array": [
                "u8",
                20
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
      "name": "pause",
      "docs": [
        "The last pause of a network, and the length of all of them."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "since",
            "docs": [
              "Chain time at which the last pause began; 0: there was none."
            ],
            "type": "i64"
          },
          {
            "name": "until",
            "docs": [
              "Chain time at which it ends or ended; `i64::MAX`: when the authority says so."
            ],
            "type": "i64"
          },
          {
            "name": "before",
            "docs": [
              "Total seconds of all pauses before the last."
            ],
            "type": "i64"
          },
          {
            "name": "guardianFrom",
            "docs": [
              "Chain time before which the guardian may not pause."
            ],
            "type": "i64"
          },
          {
            "name": "heldUntil",
            "docs": [
              "Chain time before which the authority can't end a pause that the guardian began; 0: it began the pause itself."
            ],
            "type": "i64"
          }
        ]
      }
    },
    {
      "name": "pendingEpoch",
      "docs": [
        "An epoch in its challenge period, with the rules it was posted under."
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
            "name": "cutTime",
            "docs": [
              "Chain time of its cut, unix seconds: what happened later belongs to later epochs."
            ],
            "type": "i64"
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
              "The cap for one device and epoch, from the cut."
            ],
            "type": "u64"
          },
          {
            "name": "pausedBefore",
            "docs": [
              "Total seconds that the network had been paused when the epoch was posted."
            ],
            "type": "i64"
          },
          {
            "name": "postedSlot",
            "type": "u64"
          },
          {
            "name": "shownAfter",
            "docs": [
              "Seconds that it was open when a demanded leaf was last shown, and the slot of that: what is shown late can still be",
              "challenged."
            ],
            "type": "i64"
          },
          {
            "name": "shownSlot",
            "type": "u64"
          },
          {
            "name": "challengeSeconds",
            "type": "u32"
          },
          {
            "name": "challengeSlots",
            "type": "u32"
          },
          {
            "name": "answerSeconds",
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
            "name": "openDemands",
            "docs": [
              "Demands for a leaf that nobody has shown yet."
            ],
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
          },
          {
            "name": "committee",
            "docs": [
              "The committee that posted it, as it was then."
            ],
            "type": {
              "defined": {
                "name": "committee"
              }
            }
          },
          {
            "name": "signers",
            "docs": [
              "Members of that committee who signed: bit i for key i."
            ],
            "type": "u32"
          },
          {
            "name": "corrective",
            "docs": [
              "1: the authority lets this epoch take back what devices earned wrongly."
            ],
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
      "name": "policy",
      "docs": [
        "The settings of a network that the authority may change."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "deviceEpochCap",
            "docs": [
              "Most that one device may earn in one epoch, in base units of the reward token; never more than the epoch's cap."
            ],
            "type": "u64"
          },
          {
            "name": "payoutLimit",
            "docs": [
              "Most base units that may be paid in one window; `u64::MAX`: no limit."
            ],
            "type": "u64"
          },
          {
            "name": "oracleBond",
            "docs": [
              "Lamports that each committee member must have bonded when the committee is set; 0: none."
            ],
            "type": "u64"
          },
          {
            "name": "deviceFee",
            "docs": [
              "Lamports that registering a device costs, whatever its capacity."
            ],
            "type": "u64"
          },
          {
            "name": "demandBond",
            "docs": [
              "Lamports that whoever demands a leaf stakes; whoever shows it gets them."
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
            "name": "payoutWindowSeconds",
            "docs": [
              "Seconds of the window that `payout_limit` is for."
            ],
            "type": "u32"
          },
          {
            "name": "bondLockSeconds",
            "docs": [
              "Seconds from unlocking a bond to withdrawing it: time to prove that its oracle signed two messages."
            ],
            "type": "u32"
          },
          {
            "name": "answerSeconds",
            "docs": [
              "Seconds that the committee has to show a leaf that was demanded."
            ],
            "type": "u32"
          },
          {
            "name": "challengeSlots",
            "docs": [
              "Least slots that a posted epoch stays open to challenge: a halt of the cluster can't use up the period."
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
          },
          {
            "name": "capacityFee",
            "docs": [
              "Lamports that registering costs for each unit of capacity, by kind."
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
        "The compressed registry of a network's devices. Address: `[\"registry\", network]`."
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
              "Running hash over every change since the start: a replay that misses one arrives at another hash."
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
              "Devices registered so far, including retired ones: the next index."
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
        "The keys with special rights."
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
    },
    {
      "name": "rule",
      "docs": [
        "A rule that changes in public."
      ],
      "type": {
        "kind": "enum",
        "variants": [
          {
            "name": "policy"
          },
          {
            "name": "committee"
          },
          {
            "name": "guardian"
          },
          {
            "name": "corrective"
          },
          {
            "name": "closing"
          }
        ]
      }
    },
    {
      "name": "ruleChanges",
      "docs": [
        "What was announced, and the chain time from which each may be applied; time 0: nothing."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "policyFrom",
            "type": "i64"
          },
          {
            "name": "committeeFrom",
            "type": "i64"
          },
          {
            "name": "guardianFrom",
            "type": "i64"
          },
          {
            "name": "guardian",
            "type": "pubkey"
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
                "name": "seats"
              }
            }
          }
        ]
      }
    },
    {
      "name": "seats",
      "docs": [
        "Members and threshold of an announced committee. Its bonds are checked once it takes effect."
      ],
      "type": {
        "kind": "struct",
        "fields": [
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
                6
              ]
            }
          },
          {
            "name": "keys",
            "type": {
              "array": [
                {
                  "array": [
                    "u8",
                    32
                  ]
                },
                21
              ]
            }
          }
        ]
      }
    }
  ]
};
