"""Asks a chain what solana-py asks, through the types of solders, and prints a line of JSON for each case.

Usage: solana_py.py RPC_URL WEBSOCKET_URL KNOWN, where KNOWN is JSON with the addresses of a chain that has one of
everything. `--names` prints the names of the cases instead.
"""

import asyncio
import json
import sys

from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Confirmed
from solana.rpc.models import DataSliceOpts, MemcmpOpts, TokenAccountOpts, TxOpts
from solana.rpc.websocket_api import SolanaWsClient
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
CASES = []


def case(name):
    def add(check):
        CASES.append((f"solana-py: {name}", check))
        return check

    return add


class World:
    def __init__(self, client, ws_url, known):
        self.client = client
        self.ws_url = ws_url
        self.known = known
        self.missing = set()

    def key(self, name):
        return Pubkey.from_string(self.known[name])

    def signature(self, name):
        return Signature.from_string(self.known[name])

    async def funded(self):
        payer = Keypair()
        sent = await self.client.request_airdrop(payer.pubkey(), 10**9)
        await self.client.confirm_transaction(sent.value, Confirmed, sleep_seconds=0.05)
        return payer

    async def pay(self, payer, lamports):
        latest = (await self.client.get_latest_blockhash()).value
        parameters = TransferParams(from_pubkey=payer.pubkey(), to_pubkey=self.key("receiver"), lamports=lamports)
        message = MessageV0.try_compile(payer.pubkey(), [transfer(parameters)], [], latest.blockhash)
        return VersionedTransaction(message, [payer])


def equal(actual, wanted):
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


@case("is_connected, get_version, get_identity, get_genesis_hash")
async def _(world):
    assert await world.client.is_connected()
    assert (await world.client.get_version()).value.solana_core
    equal((await world.client.get_identity()).value.identity, (await world.client.get_slot_leader()).value)
    assert (await world.client.get_genesis_hash()).value


@case("get_balance, get_account_info")
async def _(world):
    assert (await world.client.get_balance(world.key("payer"))).value > 0
    equal(len((await world.client.get_account_info(world.key("mint"))).value.data), 82)
    slice = DataSliceOpts(offset=4, length=32)
    sliced = await world.client.get_account_info(world.key("mint"), data_slice=slice)
    equal(bytes(sliced.value.data), bytes(world.key("payer")))
    equal((await world.client.get_account_info(Keypair().pubkey())).value, None)


@case("get_account_info by base64+zstd and base58")
async def _(world):
    raw = (await world.client.get_account_info(world.key("tokenAccount"))).value.data
    packed = (await world.client.get_account_info(world.key("tokenAccount"), encoding="base64+zstd")).value.data
    equal(packed, raw)
    short = await world.client.get_account_info(world.key("mint"), encoding="base58")
    equal(len(short.value.data), 82)


@case("get_account_info by base64+zstd of a whole program")
async def _(world):
    program = (await world.client.get_account_info(world.key("program"))).value
    data = Pubkey.from_bytes(program.data[4:36])
    raw = (await world.client.get_account_info(data)).value.data
    equal((await world.client.get_account_info(data, encoding="base64+zstd")).value.data, raw)


@case("get_account_info_json_parsed of a mint, an account, a nonce, a table and a program")
async def _(world):
    kinds = []
    for name in ("mint", "tokenAccount", "mint2022", "nonce", "table", "program", "voteAccount"):
        data = (await world.client.get_account_info_json_parsed(world.key(name))).value.data
        kinds.append((data.program, json.loads(data.parsed)["type"] if isinstance(data.parsed, str) else data.parsed["type"]))
    equal(
        kinds,
        [
            ("spl-token", "mint"),
            ("spl-token", "account"),
            ("spl-token-2022", "mint"),
            ("nonce", "initialized"),
            ("address-lookup-table", "lookupTable"),
            ("bpf-upgradeable-loader", "program"),
            ("vote", "vote"),
        ],
    )


@case("get_multiple_accounts")
async def _(world):
    keys = [world.key("mint"), Keypair().pubkey()]
    found = (await world.client.get_multiple_accounts(keys)).value
    equal([one and len(one.data) for one in found], [82, None])
    packed = (await world.client.get_multiple_accounts(keys, encoding="base64+zstd")).value
    equal(packed[0].data, found[0].data)
    parsed = (await world.client.get_multiple_accounts_json_parsed(keys)).value
    equal(parsed[0].data.program, "spl-token")


@case("get_program_accounts with filters")
async def _(world):
    filters = [165, MemcmpOpts(offset=0, bytes=world.known["mint"])]
    for encoding in ("base64", "base64+zstd"):
        found = await world.client.get_program_accounts(TOKEN, encoding=encoding, filters=filters)
        equal([one.pubkey for one in found.value], [world.key("tokenAccount")])
    parsed = await world.client.get_program_accounts_json_parsed(TOKEN, filters=filters)
    equal(parsed.value[0].account.data.program, "spl-token")


@case("get_token_accounts_by_owner and by_delegate")
async def _(world):
    wanted = [world.key("tokenAccount")]
    by_mint = TokenAccountOpts(mint=world.key("mint"))
    by_program = TokenAccountOpts(program_id=TOKEN)
    client = world.client
    for options in (by_mint, by_program):
        owned = await client.get_token_accounts_by_owner(world.key("payer"), options)
        equal([one.pubkey for one in owned.value], wanted)
        delegated = await client.get_token_accounts_by_delegate(world.key("delegate"), options)
        equal([one.pubkey for one in delegated.value], wanted)
    parsed = await client.get_token_accounts_by_delegate_json_parsed(world.key("delegate"), by_mint)
    equal([one.pubkey for one in parsed.value], wanted)


@case("get_token_account_balance, get_token_supply, get_token_largest_accounts")
async def _(world):
    equal((await world.client.get_token_account_balance(world.key("tokenAccount"))).value.ui_amount_string, "5.5")
    equal((await world.client.get_token_supply(world.key("mint"))).value.ui_amount, 5.5)
    largest = (await world.client.get_token_largest_accounts(world.key("mint"))).value
    equal([one.address for one in largest], [world.key("tokenAccount")])


@case("get_transaction, parsed and not")
async def _(world):
    for encoding in ("json", "jsonParsed", "base64"):
        for name in ("transfer", "failed", "versioned"):
            found = await world.client.get_transaction(
                world.signature(name), encoding, Confirmed, max_supported_transaction_version=0
            )
            equal(found.value.transaction.meta.err is None, name != "failed")
    parsed = await world.client.get_transaction(world.signature("transfer"), "jsonParsed", Confirmed)
    equal(parsed.value.transaction.transaction.message.instructions[0].program, "system")


@case("get_signatures_for_address, get_signature_statuses")
async def _(world):
    found = (await world.client.get_signatures_for_address(world.key("receiver"), commitment=Confirmed)).value
    memos = {one.signature: one.memo for one in found}
    equal(memos[world.signature("transfer")], "[15] for the reading")
    statuses = await world.client.get_signature_statuses([world.signature("failed"), Signature.default()])
    equal([one is None for one in statuses.value], [False, True])
    assert statuses.value[0].err is not None


@case("get_block, get_blocks, get_block_time, get_block_height, get_block_commitment")
async def _(world):
    slot = world.known["slot"]
    block = (await world.client.get_block(slot, max_supported_transaction_version=0)).value
    signatures = [one.transaction.signatures[0] for one in block.transactions]
    assert world.signature("transfer") in signatures
    parsed = await world.client.get_block(slot, encoding="jsonParsed", max_supported_transaction_version=0)
    equal(len(parsed.value.transactions), len(signatures))
    equal((await world.client.get_blocks(slot, slot + 1)).value, [slot, slot + 1])
    equal((await world.client.get_block_time(slot)).value, block.block_time)
    assert (await world.client.get_block_height()).value > 0
    equal((await world.client.get_block_commitment(slot)).value.total_stake, 10**12)


@case("get_epoch_info, get_epoch_schedule, get_first_available_block, get_minimum_ledger_slot")
async def _(world):
    info = (await world.client.get_epoch_info()).value
    equal(info.slots_in_epoch, 432_000)
    equal((await world.client.get_epoch_schedule()).value.slots_per_epoch, 432_000)
    first = (await world.client.get_first_available_block()).value
    equal((await world.client.get_minimum_ledger_slot()).value, first)


@case("get_inflation_governor, get_inflation_rate, get_inflation_reward")
async def _(world):
    equal((await world.client.get_inflation_governor()).value.initial, 0.0)
    equal((await world.client.get_inflation_rate()).value.total, 0.0)
    equal((await world.client.get_inflation_reward([world.key("voteAccount")])).value, [None])


@case("get_largest_accounts, get_supply, get_vote_accounts")
async def _(world):
    assert (await world.client.get_largest_accounts()).value
    supply = (await world.client.get_supply()).value
    equal(supply.total, supply.circulating)
    current = (await world.client.get_vote_accounts()).value.current
    equal([one.vote_pubkey for one in current], [world.key("voteAccount")])


@case("get_leader_schedule, get_slot_leaders, get_cluster_nodes")
async def _(world):
    leader = (await world.client.get_slot_leader()).value
    equal(list((await world.client.get_leader_schedule()).value), [leader])
    slot = (await world.client.get_slot()).value
    equal((await world.client.get_slot_leaders(slot, 2)).value, [leader, leader])
    equal([one.pubkey for one in (await world.client.get_cluster_nodes()).value], [leader])


@case("get_recent_performance_samples, get_recent_prioritization_fees, get_transaction_count")
async def _(world):
    assert (await world.client.get_recent_performance_samples(2)).value is not None
    assert (await world.client.get_recent_prioritization_fees([world.key("payer")])).value
    assert (await world.client.get_transaction_count()).value > 0


@case("get_minimum_balance_for_rent_exemption, get_fee_for_message")
async def _(world):
    equal((await world.client.get_minimum_balance_for_rent_exemption(165)).value, (128 + 165) * 5080)
    payer = await world.funded()
    equal((await world.client.get_fee_for_message((await world.pay(payer, 1)).message)).value, 5000)


@case("send_transaction, confirmed")
async def _(world):
    payer = await world.funded()
    options = TxOpts(skip_confirmation=False, preflight_commitment=Confirmed)
    sent = await world.client.send_transaction(await world.pay(payer, 1000), options)
    found = await world.client.get_transaction(sent.value, "json", Confirmed, max_supported_transaction_version=0)
    equal(found.value.transaction.meta.fee, 5000)


@case("simulate_transaction")
async def _(world):
    payer = await world.funded()
    transaction = await world.pay(payer, 1000)
    told = (await world.client.simulate_transaction(transaction, sig_verify=True)).value
    equal((told.err, told.units_consumed), (None, 150))
    receiver = [world.key("receiver")]
    for encoding in ("base64", "base64+zstd", "jsonParsed"):
        told = await world.client.simulate_transaction(
            transaction, inner_instructions=True, accounts_addresses=receiver, accounts_encoding=encoding
        )
        equal(len(told.value.accounts), 1)
    failing = (await world.client.simulate_transaction(await world.pay(payer, 10**15))).value
    assert failing.err is not None and "insufficient lamports" in "".join(failing.logs)


@case("error: a transaction that fails preflight")
async def _(world):
    payer = await world.funded()
    try:
        await world.client.send_transaction(await world.pay(payer, 10**15))
    except Exception as error:
        assert "custom program error: 0x1" in str(error), str(error)
        return
    raise AssertionError("it was sent")


@case("subscriptions")
async def _(world):
    payer = await world.funded()
    async with SolanaWsClient(world.ws_url) as listener:
        receiver = world.key("receiver")
        await listener.account_subscribe(pubkey=receiver, commitment=Confirmed)
        await listener.account_subscribe(pubkey=receiver, commitment=Confirmed, encoding="base64+zstd")
        await listener.account_subscribe(pubkey=world.key("nonce"), commitment=Confirmed, encoding="jsonParsed")
        await listener.program_subscribe(program_id=Pubkey.default(), commitment=Confirmed, encoding="base64")
        await listener.logs_subscribe(commitment=Confirmed)
        await listener.slot_subscribe()
        await listener.root_subscribe()
        await listener.slots_updates_subscribe()
        await listener.vote_subscribe()
        await listener.block_subscribe(commitment=Confirmed, encoding="jsonParsed", max_supported_transaction_version=0)
        transaction = await world.pay(payer, 1_000_000)
        await listener.signature_subscribe(signature=transaction.signatures[0], commitment=Confirmed)
        await world.client.send_transaction(transaction, TxOpts(preflight_commitment=Confirmed))
        kinds = ("Account", "Program", "Logs", "Slot", "Root", "SlotUpdate", "Vote", "Block", "Signature")
        missing = {f"{kind}Notification" for kind in kinds}
        async with asyncio.timeout(20):
            while missing:
                missing.discard(type(await listener.recv()).__name__)
                world.missing = missing


async def main(rpc_url, ws_url, known):
    async with AsyncClient(rpc_url, Confirmed) as client:
        world = World(client, ws_url, json.loads(known))
        for name, check in CASES:
            try:
                await check(world)
                result = {"name": name}
            except Exception as error:
                missing = f"never heard {sorted(world.missing)}" if isinstance(error, TimeoutError) else ""
                result = {"name": name, "error": f"{type(error).__name__}: {error}{missing}"}
            print(json.dumps(result), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--names"]:
        print(json.dumps([name for name, _ in CASES]))
    else:
        asyncio.run(main(*sys.argv[1:]))
