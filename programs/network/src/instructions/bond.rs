// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        state::{Bond, Network, CLOSED},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::lamports,
};

/// Deposits lamports behind an oracle's key. Anyone may, and gets back whatever isn't slashed.
#[derive(Accounts)]
#[instruction(oracle: [u8; 32])]
pub struct DepositBond {
    #[account(mut)]
    pub depositor: Signer,
    pub network: Box<Account<Network>>,
    #[account(
        init_if_needed,
        payer = depositor,
        seeds = [
            seeds::BOND,
            network.address().as_ref(),
            &oracle,
            depositor.address().as_ref(),
        ],
        bump
    )]
    pub bond: Box<Account<Bond>>,
    pub system_program: Program<System>,
}

impl DepositBond {
    pub fn deposit(&mut self, oracle: [u8; 32], lamports: u64) -> Result<()> {
        self.network.require_open()?;
        self.bond.deposit(
            self.network.address(),
            &oracle,
            self.depositor.address(),
            lamports,
        )?;
        lamports::pay(self.depositor.account(), self.bond.account(), lamports);
        Ok(())
    }
}

/// Takes an oracle off the committee at its own request, so that its bond can be unlocked.
#[derive(Accounts)]
pub struct Resign {
    pub oracle: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
}

impl Resign {
    pub fn resign(&mut self) -> Result<()> {
        let oracle = *self.oracle.address().as_array();
        let removed = self.network.committee.remove(&|key| *key == oracle)?;
        require!(removed, NetworkError::UnknownSigner);
        Ok(())
    }
}

/// Returns a bond in two steps, once its oracle has left the committee or the network is closed.
#[derive(Accounts)]
pub struct ReturnBond {
    #[account(mut, address = bond.depositor @ NetworkError::NotDepositor)]
    pub depositor: Signer,
    pub network: Box<Account<Network>>,
    #[account(mut, constraint(bond.network == *network.address() @ NetworkError::WrongBond))]
    pub bond: Box<Account<Bond>>,
}

impl ReturnBond {
    /// Starts the lock period, during which evidence against the oracle still counts.
    pub fn unlock(&mut self) -> Result<()> {
        self.require_off_committee()?;
        let now = Clock::get()?.unix_timestamp;
        self.bond.unlock(now, &self.network.policy)
    }

    /// Returns lamports and rent once the lock period is over.
    pub fn withdraw(&mut self) -> Result<()> {
        self.require_off_committee()?;
        // A pause may outlast the lock: whoever signed an epoch answers for it until it is promoted or void.
        let oracle = self.bond.oracle;
        let signed = self
            .network
            .pending
            .signers()
            .any(|(key, _)| *key == oracle);
        require!(!signed, NetworkError::BondLocked);
        self.bond.require_unlocked(Clock::get()?.unix_timestamp)?;
        self.bond.close(*self.depositor.account())
    }

    /// In a closed network the committee's signatures no longer count, so membership holds no bond back. While it closes it
    /// does: the closing can be withdrawn, and then they count again.
    fn require_off_committee(&self) -> Result<()> {
        let seated = self.network.closed < CLOSED && self.network.committee.has(&self.bond.oracle);
        require!(!seated, NetworkError::OracleInCommittee);
        Ok(())
    }
}
