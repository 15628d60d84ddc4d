use {
    crate::{
        errors::NetworkError,
        payout::{Destinations, Payout},
        seeds,
        state::{Network, Page, PAGE_SLOTS},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    commonwire_merkle::{ledger, Hash},
    pinocchio::cpi::{Seed, Signer as PdaSigner},
};

/// Pays the owners of a contiguous run of devices what each has earned and not been paid. Anyone may call it.
///
/// Whoever calls names amounts and destinations; nothing of it is believed. Each destination must be the associated
/// token account of the owner that the leaf hashes with, and all leaves together must prove the current root.
#[derive(Accounts)]
pub struct Settle {
    #[account(mut)]
    pub network: Account<Network>,
    #[account(mut)]
    pub page: Account<Page>,
    /// CHECK: the token program checks the vault; here its address.
    #[account(mut, address = network.vault @ NetworkError::WrongVault)]
    pub vault: UncheckedAccount,
    pub token_program: Program<Token>,
}

/// How the leaves of a segment are given; the two high bits of its head, the low six being the leaves less one.
const EACH: u8 = 0;
const FLEET: u8 = 1;
const SKIP: u8 = 2;

impl Settle {
    /// `run`: `first u32 | width u8 | segments u8 | segments | proof hashes`. A segment is a head byte and then
    /// - each: per leaf `bump u8 | earned`, one destination per leaf;
    /// - fleet: `bump u8`, then per leaf `earned`: one owner's devices, one destination, one transfer;
    /// - skip: per leaf its hash, nothing paid.
    ///
    /// `earned` takes `width` bytes.
    pub fn settle(&mut self, run: &[u8], destinations: &[AccountView]) -> Result<()> {
        let mut run = Cursor(run);
        let first = u32::from_le_bytes(run.array()?);
        let width = usize::from(run.byte()?);
        require!((1..=8).contains(&width), NetworkError::MalformedSettlement);
        self.page.require_at(
            self.page.address(),
            self.network.address(),
            first / PAGE_SLOTS,
        )?;

        let (network, vault) = (*self.network.account(), *self.vault.account());
        let mut payout = Payout::new(&vault, &network, destinations.len());
        let mut derive = Destinations::new(self.token_program.address(), &self.network.mint);
        let mut unused = destinations.iter();
        let mut leaves: Vec<Hash> = Vec::with_capacity(64);
        let mut index = first;
        for _ in 0..run.byte()? {
            let head = run.byte()?;
            let (kind, count) = (head >> 6, (head & 63) + 1);
            let mut destination = None;
            let mut due = 0u64;
            for position in 0..count {
                if kind == SKIP {
                    leaves.push(run.array()?);
                    index = index.checked_add(1).ok_or(NetworkError::RunOutOfRange)?;
                    continue;
                }
                require!(
                    kind == EACH || kind == FLEET,
                    NetworkError::MalformedSettlement
                );
                if kind == EACH || position == 0 {
                    let account = unused.next().ok_or(NetworkError::WrongDestinationCount)?;
                    destination = Some((account, derive.owner(account, run.byte()?)?));
                }
                let (account, owner) = destination
                    .as_ref()
                    .ok_or(NetworkError::MalformedSettlement)?;
                let earned = run.amount(width)?;
                require!(
                    earned <= self.network.device_earned_max,
                    NetworkError::AboveDeviceCap
                );
                leaves.push(ledger::leaf(index, owner, earned));
                let slot = self.slot(first, index)?;
                let owed = self.page.settle(slot, earned)?;
                due = due.checked_add(owed).ok_or(NetworkError::Overflow)?;
                if kind == EACH || position + 1 == count {
                    payout.add(account, due);
                    due = 0;
                }
                index = index.checked_add(1).ok_or(NetworkError::RunOutOfRange)?;
            }
        }
        require!(unused.next().is_none(), NetworkError::WrongDestinationCount);

        let (proof, rest) = run.0.as_chunks::<32>();
        require!(rest.is_empty(), NetworkError::MalformedSettlement);
        let current = &self.network.current;
        let root =
            ledger::run_root(first, current.device_count, &mut leaves, proof).map_err(|error| {
                match error {
                    ledger::RunError::OutOfRange => NetworkError::RunOutOfRange,
                    _ => NetworkError::BadProof,
                }
            })?;
        require!(root == current.ledger_root, NetworkError::BadProof);

        self.network.pay(payout.total()?)?;
        let (creator, id, bump) = (
            self.network.creator,
            self.network.id.to_le_bytes(),
            [self.network.bump],
        );
        payout.send(PdaSigner::from(&[
            Seed::from(seeds::NETWORK),
            Seed::from(creator.as_ref()),
            Seed::from(&id),
            Seed::from(&bump),
        ]))
    }

    /// Slot of a device in the page where the run starts; a run may not cross the page's end.
    fn slot(&self, first: u32, index: u32) -> Result<usize> {
        let slot = index
            .checked_sub(first - first % PAGE_SLOTS)
            .ok_or(NetworkError::RunOutOfRange)?;
        require!(slot < PAGE_SLOTS, NetworkError::RunOutOfRange);
        Ok(slot as usize)
    }
}

/// What is left to read of the settlement data.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self
            .0
            .split_first()
            .ok_or(NetworkError::MalformedSettlement)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(NetworkError::MalformedSettlement)?;
        self.0 = rest;
        Ok(*array)
    }

    /// `width` bytes as an integer. Almost always eight bytes are left, which are read at once and cut down.
    fn amount(&mut self, width: usize) -> Result<u64> {
        let (amount, rest) = self
            .0
            .split_at_checked(width)
            .ok_or(NetworkError::MalformedSettlement)?;
        let value = match self.0.first_chunk::<8>() {
            Some(bytes) => u64::from_le_bytes(*bytes) & (u64::MAX >> (64 - 8 * width)),
            None => amount
                .iter()
                .rev()
                .fold(0, |value, byte| value << 8 | u64::from(*byte)),
        };
        self.0 = rest;
        Ok(value)
    }
}
