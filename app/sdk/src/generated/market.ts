/**
 * Program IDL in camelCase format in order to be used in JS/TS.
 *
 * Note that this is only a type helper and is not the actual IDL. The original IDL is `market.json` beside it.
 * Both are written by `npm run build:programs`.
 */
export type Market = {
  "address": "GJFM55iUgTZHYNkkbWUaLrYLcKxXjvzTzdvtQiT8K9Ne",
  "metadata": {
    "name": "market",
    "version": "0.1.0",
    "spec": "0.1.0",
    "description": "What devices deliver, offered, ordered and paid for"
  },
  "instructions": [
    {
      "name": "acceptAuthority",
      "discriminator": [
        3
      ],
      "accounts": [
        {
          "name": "caller",
          "signer": true
        },
        {
          "name": "market",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "admitMeter",
      "discriminator": [
        7
      ],
      "accounts": [
        {
          "name": "operator",
          "docs": [
            "Pays the rent."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "area"
        },
        {
          "name": "meter",
          "docs": [
            "CHECK: made in `admit` at its address."
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
          "name": "device",
          "type": "u32"
        }
      ]
    },
    {
      "name": "cancelOffer",
      "discriminator": [
        11
      ],
      "accounts": [
        {
          "name": "owner",
          "signer": true
        },
        {
          "name": "offer",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "cancelOrder",
      "discriminator": [
        15
      ],
      "accounts": [
        {
          "name": "consumer",
          "signer": true
        },
        {
          "name": "order",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "checkIn",
      "discriminator": [
        21
      ],
      "accounts": [
        {
          "name": "driver",
          "docs": [
            "CHECK: the consumer or the order's session key, who signs: checked in `check_in`."
          ]
        },
        {
          "name": "order",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "closeMeter",
      "discriminator": [
        9
      ],
      "accounts": [
        {
          "name": "meter",
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
      "name": "closeOffer",
      "discriminator": [
        13
      ],
      "accounts": [
        {
          "name": "owner",
          "docs": [
            "Gets the rent."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "network",
          "docs": [
            "CHECK: its address; read in `close`."
          ]
        },
        {
          "name": "market",
          "writable": true
        },
        {
          "name": "offer",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "closeOrder",
      "discriminator": [
        17
      ],
      "accounts": [
        {
          "name": "network",
          "docs": [
            "CHECK: its address; read in `close`."
          ]
        },
        {
          "name": "market",
          "writable": true
        },
        {
          "name": "counterparty",
          "docs": [
            "CHECK: its address. The area, or the offer, which may be closed: loaded in `close`."
          ],
          "writable": true
        },
        {
          "name": "order",
          "writable": true
        },
        {
          "name": "consumer",
          "docs": [
            "CHECK: gets the rent."
          ],
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: a token account of the consumer: checked in `close`."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": [
        {
          "name": "closing",
          "type": {
            "defined": {
              "name": "closing"
            }
          }
        },
        {
          "name": "proof",
          "type": "bytes"
        }
      ]
    },
    {
      "name": "collect",
      "discriminator": [
        12
      ],
      "accounts": [
        {
          "name": "market",
          "writable": true
        },
        {
          "name": "offer",
          "writable": true
        },
        {
          "name": "area",
          "docs": [
            "The area of an offer of energy."
          ],
          "writable": true,
          "optional": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "destination",
          "docs": [
            "CHECK: a token account of the owner: checked in `collect`."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": []
    },
    {
      "name": "createArea",
      "discriminator": [
        5
      ],
      "accounts": [
        {
          "name": "authority",
          "signer": true
        },
        {
          "name": "payer",
          "docs": [
            "Pays the rent. It may be the authority."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "market"
        },
        {
          "name": "area",
          "docs": [
            "CHECK: made in `create` at its address."
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
          "name": "cell",
          "type": "u64"
        },
        {
          "name": "operator",
          "type": "pubkey"
        },
        {
          "name": "lossBps",
          "type": "u16"
        },
        {
          "name": "uses",
          "type": "u8"
        }
      ]
    },
    {
      "name": "createMarket",
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
          "name": "market",
          "docs": [
            "CHECK: made in `create` at its address."
          ],
          "writable": true
        },
        {
          "name": "network",
          "docs": [
            "CHECK: read and checked in `create`."
          ]
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
            "CHECK: address and owner are checked in `create`."
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
          "name": "authority",
          "type": "pubkey"
        },
        {
          "name": "fees",
          "type": {
            "defined": {
              "name": "fees"
            }
          }
        },
        {
          "name": "lateWindowSeconds",
          "type": "u32"
        }
      ]
    },
    {
      "name": "createOffer",
      "discriminator": [
        10
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
          "name": "market",
          "writable": true
        },
        {
          "name": "offer",
          "docs": [
            "CHECK: made in `create` at its address."
          ],
          "writable": true
        },
        {
          "name": "area",
          "docs": [
            "Energy: where it is cleared."
          ],
          "optional": true
        },
        {
          "name": "meter",
          "docs": [
            "Energy: the meter that measures it, which the area's operator has admitted."
          ],
          "optional": true
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
          "name": "terms",
          "type": {
            "defined": {
              "name": "offerTerms"
            }
          }
        }
      ]
    },
    {
      "name": "createOrder",
      "discriminator": [
        14
      ],
      "accounts": [
        {
          "name": "consumer",
          "docs": [
            "Owns the tokens, and pays the rent."
          ],
          "writable": true,
          "signer": true
        },
        {
          "name": "market",
          "writable": true
        },
        {
          "name": "order",
          "docs": [
            "CHECK: made in `create` at its address."
          ],
          "writable": true
        },
        {
          "name": "area",
          "docs": [
            "Energy: where it is cleared."
          ],
          "optional": true
        },
        {
          "name": "meter",
          "docs": [
            "Energy: the consumer's meter, which the area's operator has admitted."
          ],
          "optional": true
        },
        {
          "name": "offer",
          "docs": [
            "Other uses: what is ordered."
          ],
          "writable": true,
          "optional": true
        },
        {
          "name": "source",
          "docs": [
            "CHECK: the token program checks that it is the consumer's and of the vault's mint."
          ],
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
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
          "name": "id",
          "type": "u64"
        },
        {
          "name": "terms",
          "type": {
            "defined": {
              "name": "orderTerms"
            }
          }
        }
      ]
    },
    {
      "name": "endReservation",
      "discriminator": [
        22
      ],
      "accounts": [
        {
          "name": "caller",
          "docs": [
            "CHECK: the consumer or the order's session key, or anybody once nothing is left to wait for: checked in `end`."
          ]
        },
        {
          "name": "market",
          "writable": true
        },
        {
          "name": "order",
          "writable": true
        },
        {
          "name": "offer",
          "docs": [
            "CHECK: its address. It may be closed: loaded in `end`."
          ],
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "proposeAuthority",
      "discriminator": [
        2
      ],
      "accounts": [
        {
          "name": "caller",
          "signer": true
        },
        {
          "name": "market",
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
      "name": "removeMeter",
      "discriminator": [
        8
      ],
      "accounts": [
        {
          "name": "operator",
          "signer": true
        },
        {
          "name": "area"
        },
        {
          "name": "meter",
          "writable": true
        }
      ],
      "args": []
    },
    {
      "name": "reserve",
      "discriminator": [
        20
      ],
      "accounts": [
        {
          "name": "driver",
          "docs": [
            "CHECK: the consumer or the order's session key, who signs: checked in `reserve`."
          ]
        },
        {
          "name": "order",
          "writable": true
        },
        {
          "name": "offer",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "first",
          "type": "u64"
        },
        {
          "name": "quarters",
          "type": "u64"
        }
      ]
    },
    {
      "name": "setFees",
      "discriminator": [
        4
      ],
      "accounts": [
        {
          "name": "caller",
          "signer": true
        },
        {
          "name": "market",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "fees",
          "type": {
            "defined": {
              "name": "fees"
            }
          }
        }
      ]
    },
    {
      "name": "setOperator",
      "discriminator": [
        6
      ],
      "accounts": [
        {
          "name": "authority",
          "signer": true
        },
        {
          "name": "market"
        },
        {
          "name": "area",
          "writable": true
        }
      ],
      "args": [
        {
          "name": "operator",
          "type": "pubkey"
        }
      ]
    },
    {
      "name": "settleUse",
      "discriminator": [
        16
      ],
      "accounts": [
        {
          "name": "network",
          "docs": [
            "CHECK: its address; read in `settle`."
          ]
        },
        {
          "name": "market",
          "writable": true
        },
        {
          "name": "area",
          "writable": true
        },
        {
          "name": "account",
          "docs": [
            "CHECK: an order or an offer of the market: loaded in `settle`."
          ],
          "writable": true
        }
      ],
      "args": [
        {
          "name": "claim",
          "type": {
            "defined": {
              "name": "usageClaim"
            }
          }
        },
        {
          "name": "path",
          "type": "bytes"
        }
      ]
    },
    {
      "name": "settleVoucher",
      "discriminator": [
        19
      ],
      "accounts": [
        {
          "name": "market",
          "writable": true
        },
        {
          "name": "order",
          "writable": true
        },
        {
          "name": "offer",
          "writable": true
        },
        {
          "name": "proof",
          "docs": [
            "CHECK: the order's session key, which signs; or the sysvar of instructions. Checked in `settle`."
          ]
        }
      ],
      "args": [
        {
          "name": "units",
          "type": "u64"
        },
        {
          "name": "cost",
          "type": "u64"
        }
      ]
    },
    {
      "name": "withdrawFees",
      "discriminator": [
        18
      ],
      "accounts": [
        {
          "name": "market",
          "writable": true
        },
        {
          "name": "mint",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "vault",
          "docs": [
            "CHECK: its address."
          ],
          "writable": true
        },
        {
          "name": "recipient",
          "docs": [
            "CHECK: its address; the token program checks its mint."
          ],
          "writable": true
        },
        {
          "name": "tokenProgram",
          "docs": [
            "CHECK: its address."
          ]
        }
      ],
      "args": []
    }
  ],
  "accounts": [
    {
      "name": "area",
      "discriminator": [
        85,
        108,
        131,
        70,
        81,
        90,
        171,
        182
      ]
    },
    {
      "name": "market",
      "discriminator": [
        219,
        190,
        213,
        55,
        0,
        227,
        198,
        154
      ]
    },
    {
      "name": "meter",
      "discriminator": [
        5,
        115,
        227,
        240,
        63,
        166,
        206,
        182
      ]
    },
    {
      "name": "offer",
      "discriminator": [
        215,
        88,
        60,
        71,
        170,
        162,
        73,
        229
      ]
    },
    {
      "name": "order",
      "discriminator": [
        134,
        173,
        223,
        185,
        77,
        86,
        28,
        51
      ]
    }
  ],
  "errors": [
    {
      "code": 6000,
      "name": "badFees",
      "msg": "The fee can be 50 % at most, the part of it that is burnt 100 %, and only a market in its network's reward token burns"
    },
    {
      "code": 6001,
      "name": "badLateWindow",
      "msg": "The late window must last from two hours to seven days"
    },
    {
      "code": 6002,
      "name": "badRole",
      "msg": "Neither the authority nor an operator may be zero"
    },
    {
      "code": 6003,
      "name": "badMint",
      "msg": "The account is not an initialized mint of this token program"
    },
    {
      "code": 6004,
      "name": "unsupportedExtension",
      "msg": "The token has an extension that could stop or change payments; the log names it"
    },
    {
      "code": 6005,
      "name": "wrongTokenProgram",
      "msg": "The token program is not that of the market's token"
    },
    {
      "code": 6006,
      "name": "wrongVault",
      "msg": "The vault is not the market's associated token account"
    },
    {
      "code": 6007,
      "name": "wrongMint",
      "msg": "The account is not the market's mint"
    },
    {
      "code": 6008,
      "name": "wrongNetwork",
      "msg": "The account is not a network of the Commonwire network program, or not the market's"
    },
    {
      "code": 6009,
      "name": "wrongAddress",
      "msg": "The account is not where its seeds lead, or exists already"
    },
    {
      "code": 6010,
      "name": "notAuthority",
      "msg": "Only the market's authority may do this"
    },
    {
      "code": 6011,
      "name": "notProposed",
      "msg": "Only the account that was proposed as authority may accept"
    },
    {
      "code": 6012,
      "name": "notOperator",
      "msg": "Only the area's operator may do this"
    },
    {
      "code": 6013,
      "name": "notOwner",
      "msg": "Only the owner of the offer or order may do this"
    },
    {
      "code": 6014,
      "name": "wrongArea",
      "msg": "The area is of another market, or the area or offer is not the account's"
    },
    {
      "code": 6015,
      "name": "wrongMeter",
      "msg": "The meter is not of this area, or of another device"
    },
    {
      "code": 6016,
      "name": "wrongAccount",
      "msg": "The offer or order is of another market"
    },
    {
      "code": 6017,
      "name": "badArea",
      "msg": "The area must be an H3 cell, its loss 100 % at most, and it must serve at least one known use"
    },
    {
      "code": 6018,
      "name": "notServed",
      "msg": "The area does not serve this use"
    },
    {
      "code": 6019,
      "name": "notAdmitted",
      "msg": "The meter is not admitted: its area's operator has removed it"
    },
    {
      "code": 6020,
      "name": "alreadyRemoved",
      "msg": "The meter has been removed already"
    },
    {
      "code": 6021,
      "name": "meterInUse",
      "msg": "A removed meter can be closed once its last interval can't be cleared any more"
    },
    {
      "code": 6022,
      "name": "badTerms",
      "msg": "The terms are out of bounds: a known use, prices, units and budgets above zero, from one to eight devices, and no sum beyond 2^64"
    },
    {
      "code": 6023,
      "name": "badTime",
      "msg": "No time lies between start and end (for an order that names an offer: also of that offer; otherwise: no whole quarter of an hour), or they are more than a year from now"
    },
    {
      "code": 6024,
      "name": "alreadyOver",
      "msg": "The offer or order has been cancelled already, or is over"
    },
    {
      "code": 6025,
      "name": "paused",
      "msg": "The network is paused: nothing is settled until it goes on"
    },
    {
      "code": 6026,
      "name": "wrongProof",
      "msg": "The proof does not lead from this leaf to the usage root of the network's current epoch"
    },
    {
      "code": 6027,
      "name": "leafBehind",
      "msg": "The leaf is older than what has been settled"
    },
    {
      "code": 6028,
      "name": "aboveBudget",
      "msg": "The leaf takes more than the order's budget"
    },
    {
      "code": 6029,
      "name": "abovePrice",
      "msg": "The leaf takes more for its units than the order's greatest price"
    },
    {
      "code": 6030,
      "name": "aboveCapacity",
      "msg": "The leaf has more units than the offer's capacity"
    },
    {
      "code": 6031,
      "name": "belowAsk",
      "msg": "The leaf pays less for its units than the offer asks"
    },
    {
      "code": 6032,
      "name": "nothingToSettle",
      "msg": "Nothing has changed since this was settled"
    },
    {
      "code": 6033,
      "name": "stillOpen",
      "msg": "The order or offer can't be closed yet: no promoted epoch was cut after its end and the late window, and 30 days have not passed since its end"
    },
    {
      "code": 6034,
      "name": "notAbsent",
      "msg": "The leaves do not show that the order has none: they must be neighbours around its address, or the first or last"
    },
    {
      "code": 6035,
      "name": "stillOwed",
      "msg": "The offer is still owed or due something: settle the orders of its area and collect first"
    },
    {
      "code": 6036,
      "name": "nothingDue",
      "msg": "Nothing is due"
    },
    {
      "code": 6037,
      "name": "wrongFeeRecipient",
      "msg": "The account that receives the fees is not the one that the market names; if it names none, its authority sets one"
    },
    {
      "code": 6038,
      "name": "wrongDestination",
      "msg": "The destination is not a token account of this owner in the market's token"
    },
    {
      "code": 6039,
      "name": "wrongPayer",
      "msg": "The rent must go back to the account that paid it"
    },
    {
      "code": 6040,
      "name": "overflow",
      "msg": "A sum overflowed"
    },
    {
      "code": 6041,
      "name": "wrongOffer",
      "msg": "The offer is not the one that the order names, is of another use, or was closed and made anew"
    },
    {
      "code": 6042,
      "name": "priceTooLow",
      "msg": "The order's greatest price is below what the offer asks: nothing could be paid"
    },
    {
      "code": 6043,
      "name": "wrongUse",
      "msg": "The order is not settled by vouchers"
    },
    {
      "code": 6044,
      "name": "voucherNotSigned",
      "msg": "No signature of the order's session key over this voucher: the key signs the transaction, or an Ed25519 instruction directly before this one"
    },
    {
      "code": 6045,
      "name": "badSignatureInstruction",
      "msg": "The Ed25519 instruction before this one is malformed, or points outside its own data"
    },
    {
      "code": 6046,
      "name": "voucherNoStep",
      "msg": "The voucher has no more units than were settled already: it was sent before, or has no step"
    },
    {
      "code": 6047,
      "name": "voucherSmaller",
      "msg": "The voucher has fewer units, or costs less, than what was settled already"
    },
    {
      "code": 6048,
      "name": "voucherOverBudget",
      "msg": "The voucher costs more than the order's budget"
    },
    {
      "code": 6049,
      "name": "voucherOverPrice",
      "msg": "The voucher costs more for its units than the order's greatest price"
    },
    {
      "code": 6050,
      "name": "voucherUnderPrice",
      "msg": "The voucher costs less for its units than the offer asks"
    },
    {
      "code": 6051,
      "name": "notDriver",
      "msg": "Only the order's consumer or its session key may do this: others can end a reservation once the driver hasn't checked in for a quarter of an hour, or its time is over"
    },
    {
      "code": 6052,
      "name": "alreadyReserved",
      "msg": "The order has a reservation: end that first"
    },
    {
      "code": 6053,
      "name": "nothingReserved",
      "msg": "The order has no reservation, or this one has no quarter of an hour"
    },
    {
      "code": 6054,
      "name": "reservationPast",
      "msg": "The reservation begins in a quarter of an hour that is over"
    },
    {
      "code": 6055,
      "name": "reservationTooFar",
      "msg": "The reservation ends after the 30 days that the bay's calendar holds"
    },
    {
      "code": 6056,
      "name": "bayTaken",
      "msg": "The bay is taken for a part of this time"
    },
    {
      "code": 6057,
      "name": "reservationOutside",
      "msg": "The reservation is not within the time of the order and the offer"
    },
    {
      "code": 6058,
      "name": "reservationOverBudget",
      "msg": "The reservation costs more than what is left of the order's budget"
    },
    {
      "code": 6059,
      "name": "checkInTooEarly",
      "msg": "The reserved time hasn't begun"
    },
    {
      "code": 6060,
      "name": "checkInTooLate",
      "msg": "It is too late to check in: the reservation lapsed a quarter of an hour after its start"
    },
    {
      "code": 6061,
      "name": "alreadyCheckedIn",
      "msg": "The driver has checked in already"
    },
    {
      "code": 6062,
      "name": "stillReserved",
      "msg": "The order has a reservation that isn't settled: end it first"
    }
  ],
  "types": [
    {
      "name": "area",
      "docs": [
        "A place within which energy is cleared at one price. Address: `[\"area\", market, cell]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "market",
            "type": "pubkey"
          },
          {
            "name": "cell",
            "docs": [
              "H3 cell."
            ],
            "type": "u64"
          },
          {
            "name": "operator",
            "docs": [
              "Admits and removes meters: a meter that lies about what it exports is paid for what was never delivered."
            ],
            "type": "pubkey"
          },
          {
            "name": "pool",
            "docs": [
              "What orders paid and offers were not paid yet."
            ],
            "type": "u64"
          },
          {
            "name": "paidIn",
            "docs": [
              "Paid in by orders since the start."
            ],
            "type": "u64"
          },
          {
            "name": "createdAt",
            "type": "i64"
          },
          {
            "name": "lossBps",
            "docs": [
              "Part of the exported energy that is lost on the way, in basis points."
            ],
            "type": "u16"
          },
          {
            "name": "uses",
            "docs": [
              "Bit i: it serves use i."
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
                4
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
                2
              ]
            }
          }
        ]
      }
    },
    {
      "name": "closing",
      "docs": [
        "Why an order can be closed."
      ],
      "type": {
        "kind": "enum",
        "variants": [
          {
            "name": "over"
          },
          {
            "name": "used",
            "fields": [
              {
                "defined": {
                  "name": "usageClaim"
                }
              }
            ]
          },
          {
            "name": "unused",
            "fields": [
              {
                "name": "index",
                "type": "u32"
              },
              {
                "name": "count",
                "type": "u32"
              }
            ]
          }
        ]
      }
    },
    {
      "name": "fees",
      "docs": [
        "What a market takes of every payment."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "recipient",
            "docs": [
              "Token account that receives what isn't burnt, such as the income vault of a stake pool. Zero: none yet."
            ],
            "type": "pubkey"
          },
          {
            "name": "feeBps",
            "docs": [
              "Part of each payment, in basis points."
            ],
            "type": "u16"
          },
          {
            "name": "burnBps",
            "docs": [
              "Part of the fee that is burnt, in basis points; 0 unless the market's token is its network's reward token."
            ],
            "type": "u16"
          }
        ]
      }
    },
    {
      "name": "market",
      "docs": [
        "Where what devices deliver is sold, in one token, under the rules of one network. Address: `[\"market\", creator, id]`.",
        "",
        "All money is in one vault; accounts hold parts of it by their numbers alone: the vault has at least",
        "`escrow + pools + due + fees`, and more only if somebody sends it tokens unasked."
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
              "Wallet that created the market; a seed of the address."
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
            "name": "network",
            "docs": [
              "Its promoted epochs say what was used, and its pause stops all settling."
            ],
            "type": "pubkey"
          },
          {
            "name": "authority",
            "docs": [
              "Sets fees, areas and their operators."
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
            "name": "mint",
            "docs": [
              "The token in which everything is paid."
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
              "Associated token account of this account."
            ],
            "type": "pubkey"
          },
          {
            "name": "fees",
            "docs": [
              "What offers copy when they are made."
            ],
            "type": {
              "defined": {
                "name": "fees"
              }
            }
          },
          {
            "name": "lateWindowSeconds",
            "docs": [
              "How long the clearing waits for late reports: an epoch that was cut so long after an account's end is the last for it."
            ],
            "type": "u32"
          },
          {
            "name": "births",
            "docs": [
              "Offers and orders made since the start: the next one's birth is one more."
            ],
            "type": "u64"
          },
          {
            "name": "escrow",
            "docs": [
              "What orders may still spend."
            ],
            "type": "u64"
          },
          {
            "name": "pools",
            "docs": [
              "What orders paid and areas have not passed on."
            ],
            "type": "u64"
          },
          {
            "name": "due",
            "docs": [
              "What offers have been paid and owners not collected."
            ],
            "type": "u64"
          },
          {
            "name": "feesLeft",
            "docs": [
              "Fees that have not been withdrawn."
            ],
            "type": "u64"
          },
          {
            "name": "burnLeft",
            "docs": [
              "Part of them that is to be burnt."
            ],
            "type": "u64"
          },
          {
            "name": "feesTotal",
            "docs": [
              "Fees since the start."
            ],
            "type": "u64"
          },
          {
            "name": "burntTotal",
            "docs": [
              "Burnt since the start."
            ],
            "type": "u64"
          },
          {
            "name": "orders",
            "docs": [
              "Open orders and offers."
            ],
            "type": "u64"
          },
          {
            "name": "offers",
            "type": "u64"
          },
          {
            "name": "paysReward",
            "docs": [
              "1: the market's token is its network's reward token."
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
                4
              ]
            }
          }
        ]
      }
    },
    {
      "name": "meter",
      "docs": [
        "A meter that an area's operator has admitted. Address: `[\"meter\", area, device]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "area",
            "type": "pubkey"
          },
          {
            "name": "payer",
            "docs": [
              "The operator that admitted it: paid the rent and gets it back."
            ],
            "type": "pubkey"
          },
          {
            "name": "admittedAt",
            "type": "i64"
          },
          {
            "name": "removedAt",
            "docs": [
              "0: it is admitted."
            ],
            "type": "i64"
          },
          {
            "name": "device",
            "docs": [
              "Index in the network's registry."
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
      "name": "offer",
      "docs": [
        "Something that a device delivers, for sale. Address: `[\"offer\", market, owner, id]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "market",
            "type": "pubkey"
          },
          {
            "name": "owner",
            "docs": [
              "The wallet that is paid; a seed of the address."
            ],
            "type": "pubkey"
          },
          {
            "name": "area",
            "docs": [
              "The area in which energy is cleared. Zero: the offer is ordered directly."
            ],
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
            "name": "birth",
            "docs": [
              "Which offer it is of all that were ever at this address."
            ],
            "type": "u64"
          },
          {
            "name": "terms",
            "type": {
              "defined": {
                "name": "offerTerms"
              }
            }
          },
          {
            "name": "ask",
            "docs": [
              "Least base units a unit before the fee: `ceil(min_price x 10^4 / (10^4 - fee))`."
            ],
            "type": "u64"
          },
          {
            "name": "createdAt",
            "type": "i64"
          },
          {
            "name": "cancelledAt",
            "docs": [
              "0: it wasn't cancelled."
            ],
            "type": "i64"
          },
          {
            "name": "settledUnits",
            "docs": [
              "Units delivered, and base units to be paid for them before the fee, as far as they were settled."
            ],
            "type": "u64"
          },
          {
            "name": "settledAmount",
            "type": "u64"
          },
          {
            "name": "paid",
            "docs": [
              "Of that, what orders have paid, before the fee. The rest is owed until the area's pool has it."
            ],
            "type": "u64"
          },
          {
            "name": "due",
            "docs": [
              "Of that, what the owner has not collected, after the fee."
            ],
            "type": "u64"
          },
          {
            "name": "orders",
            "docs": [
              "Orders that name it and are open."
            ],
            "type": "u64"
          },
          {
            "name": "feeBps",
            "docs": [
              "The market's, when it was made."
            ],
            "type": "u16"
          },
          {
            "name": "burnBps",
            "type": "u16"
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
          },
          {
            "name": "promised",
            "docs": [
              "Parking: minutes that are reserved."
            ],
            "type": "u64"
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
                    8
                  ]
                },
                7
              ]
            }
          }
        ]
      }
    },
    {
      "name": "offerTerms",
      "docs": [
        "What is offered. It never changes."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "minPrice",
            "docs": [
              "Least base units a unit that the owner wants, after the fee."
            ],
            "type": "u64"
          },
          {
            "name": "capacity",
            "docs": [
              "Most units that it delivers in all."
            ],
            "type": "u64"
          },
          {
            "name": "from",
            "docs": [
              "Chain times; whole quarters of an hour between them count."
            ],
            "type": "i64"
          },
          {
            "name": "until",
            "type": "i64"
          },
          {
            "name": "devices",
            "docs": [
              "Indices in the network's registry. Energy: the meter, and then what generates behind it; otherwise the device that is used."
            ],
            "type": {
              "array": [
                "u32",
                8
              ]
            }
          },
          {
            "name": "cancelFeeBps",
            "docs": [
              "Part of the price that a cancelled reservation costs, in basis points."
            ],
            "type": "u16"
          },
          {
            "name": "deviceCount",
            "docs": [
              "How many of the devices there are."
            ],
            "type": "u8"
          },
          {
            "name": "usage",
            "docs": [
              "0: energy; 1: bandwidth; 2: parking; 3: a ride."
            ],
            "type": "u8"
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
      "name": "order",
      "docs": [
        "Something that a consumer buys. Address: `[\"order\", market, consumer, id]`."
      ],
      "serialization": "bytemuck",
      "repr": {
        "kind": "c"
      },
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "market",
            "type": "pubkey"
          },
          {
            "name": "consumer",
            "docs": [
              "Paid budget and rent, and gets back what is left; a seed of the address."
            ],
            "type": "pubkey"
          },
          {
            "name": "counterparty",
            "docs": [
              "Energy: the area in which it is cleared. Otherwise the offer."
            ],
            "type": "pubkey"
          },
          {
            "name": "id",
            "docs": [
              "Chosen by the consumer; a seed of the address."
            ],
            "type": "u64"
          },
          {
            "name": "birth",
            "docs": [
              "Which order it is of all that were ever at this address."
            ],
            "type": "u64"
          },
          {
            "name": "counterpartyBirth",
            "docs": [
              "That of the offer; 0 for an area."
            ],
            "type": "u64"
          },
          {
            "name": "terms",
            "type": {
              "defined": {
                "name": "orderTerms"
              }
            }
          },
          {
            "name": "createdAt",
            "type": "i64"
          },
          {
            "name": "cancelledAt",
            "docs": [
              "0: it wasn't cancelled."
            ],
            "type": "i64"
          },
          {
            "name": "settledUnits",
            "docs": [
              "Units used, and what was paid for them, as far as they were settled."
            ],
            "type": "u64"
          },
          {
            "name": "settledAmount",
            "type": "u64"
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
            "name": "reservedFirst",
            "docs": [
              "Parking: the first quarter-hour since 1970 that is reserved, how many there are, and the price of each. 0: none."
            ],
            "type": "u64"
          },
          {
            "name": "reservedQuarters",
            "type": "u64"
          },
          {
            "name": "quarterPrice",
            "type": "u64"
          },
          {
            "name": "checkedInAt",
            "docs": [
              "0: the driver hasn't checked in."
            ],
            "type": "i64"
          },
          {
            "name": "reserved",
            "docs": [
              "Reserved for later versions."
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
      "name": "orderTerms",
      "docs": [
        "What is ordered. It never changes."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "budget",
            "docs": [
              "Base units that it may spend in all: they are put in escrow."
            ],
            "type": "u64"
          },
          {
            "name": "maxPrice",
            "docs": [
              "Most base units a unit."
            ],
            "type": "u64"
          },
          {
            "name": "from",
            "docs": [
              "Chain times; whole quarters of an hour between them count."
            ],
            "type": "i64"
          },
          {
            "name": "until",
            "type": "i64"
          },
          {
            "name": "sessionKey",
            "docs": [
              "Bandwidth: Ed25519 key that signs vouchers. Parking: it may reserve, check in and leave like the consumer; zero: nobody else",
              "may. Zero otherwise."
            ],
            "type": {
              "array": [
                "u8",
                32
              ]
            }
          },
          {
            "name": "device",
            "docs": [
              "Energy: index of the consumer's meter in the network's registry."
            ],
            "type": "u32"
          },
          {
            "name": "usage",
            "docs": [
              "0: energy; 1: bandwidth; 2: parking; 3: a ride."
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
      "name": "usageClaim",
      "docs": [
        "What a leaf of the usage tree says about an account, and where it is in the tree. The account says the rest."
      ],
      "type": {
        "kind": "struct",
        "fields": [
          {
            "name": "units",
            "docs": [
              "Units and base units since the account's birth."
            ],
            "type": "u64"
          },
          {
            "name": "amount",
            "type": "u64"
          },
          {
            "name": "index",
            "docs": [
              "Position among the tree's leaves, and how many there are."
            ],
            "type": "u32"
          },
          {
            "name": "count",
            "type": "u32"
          }
        ]
      }
    }
  ]
};
