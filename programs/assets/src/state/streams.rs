use {
    super::Asset,
    crate::errors::AssetsError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
    commonwire_onchain::streams::Stream,
};

/// Streams of an asset: what is paid for its use, and what its devices earn.
pub const STREAMS: usize = 2;
pub const PAYMENT: usize = 0;
pub const REWARD: usize = 1;

/// One token that an asset shares out among those who staked.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct Revenue {
    /// Zero: there is no such stream.
    pub mint: Address,
    pub token_program: Address,
    /// The asset's associated token account, so that settlements and plain transfers arrive here too.
    pub vault: Address,
    /// Base units in the vault that the stream has taken in and nobody has claimed. What is beyond is not accounted for yet.
    pub held: u64,
    pub stream: Stream,
}

impl Revenue {
    #[inline(never)]
    fn deposit(&mut self, now: i64, staked: u64, amount: u64) -> Result<()> {
        require!(amount > 0, AssetsError::ZeroAmount);
        let held = self.held.checked_add(amount).ok_or(AssetsError::Overflow)?;
        self.stream
            .deposit(now, staked, amount)
            .map_err(AssetsError::from)?;
        self.held = held;
        Ok(())
    }
}

impl Asset {
    pub fn revenue_mut(&mut self, at: usize) -> Option<&mut Revenue> {
        let revenue = self.revenue.get_mut(at)?;
        (revenue.mint != Address::default()).then_some(revenue)
    }

    /// The stream's part in the asset, whose vault and token program the accounts must be.
    pub fn require_revenue(
        &mut self,
        at: u8,
        vault: &Address,
        token_program: Option<&Address>,
    ) -> Result<&mut Revenue> {
        let revenue = self
            .revenue_mut(usize::from(at))
            .ok_or(AssetsError::NoStream)?;
        require!(revenue.vault == *vault, AssetsError::WrongVault);
        let same = token_program.is_none_or(|program| revenue.token_program == *program);
        require!(same, AssetsError::WrongTokenProgram);
        Ok(revenue)
    }

    /// Takes in tokens that somebody deposits. Before the asset is funded nobody could ever have staked for them.
    pub fn deposit(
        &mut self,
        now: i64,
        at: u8,
        accounts: (&Address, &Address),
        amount: u64,
    ) -> Result<()> {
        self.require_funded()?;
        let staked = self.staked;
        self.require_revenue(at, accounts.0, Some(accounts.1))?
            .deposit(now, staked, amount)
    }

    /// Takes in what has arrived in the vault by settlement or plain transfer. `balance`: all that is in the vault.
    pub fn sweep(&mut self, now: i64, at: u8, vault: &Address, balance: u64) -> Result<()> {
        self.require_funded()?;
        let staked = self.staked;
        let revenue = self.require_revenue(at, vault, None)?;
        let arrived = balance.saturating_sub(revenue.held);
        require!(arrived > 0, AssetsError::NothingArrived);
        revenue.deposit(now, staked, arrived)
    }
}
