//! What the market reads of its network's account. Positions in its bytes; `tests/network.rs` compares them with the account.

use {crate::errors::MarketError, anchor_lang::prelude::*};

/// The network program. `npm run program-id` changes it here too.
pub const ID: Address = anchor_lang::address!("AyLa35eEihLZhD8PWtEigEUixae8pDLHkMk5m7KqFXZK");

/// The discriminator of a network account, the first bytes of SHA-256 of "account:Network".
const NETWORK: [u8; 8] = [51, 5, 209, 183, 60, 99, 156, 251];

pub const MINT_AT: usize = 184;
/// Epoch and cut time of the current epoch.
pub const CURRENT_AT: usize = 4_400;
pub const USAGE_ROOT_AT: usize = CURRENT_AT + 104;
/// Begin and end of the last pause.
pub const PAUSE_AT: usize = 4_568;

/// The current epoch of a network, and whether it is paused.
pub struct Network {
    pub mint: Address,
    /// 0: none has been promoted yet.
    pub epoch: u64,
    pub cut_time: i64,
    /// Zeros: nothing has been used.
    pub usage_root: [u8; 32],
    pause: [i64; 2],
}

impl Network {
    /// Reads a network's account.
    #[inline(never)]
    pub fn read(account: &AccountView) -> Result<Self> {
        require!(account.owned_by(&ID), MarketError::WrongNetwork);
        let data = account.try_borrow()?;
        Ok(Self::parse(&data).ok_or(MarketError::WrongNetwork)?)
    }

    pub fn parse(data: &[u8]) -> Option<Self> {
        if *data.first_chunk()? != NETWORK {
            return None;
        }
        let chunk = |at: usize| data.get(at..)?.first_chunk().copied();
        let i64_at = |at: usize| Some(i64::from_le_bytes(*data.get(at..)?.first_chunk()?));
        Some(Self {
            mint: Address::new_from_array(chunk(MINT_AT)?),
            epoch: i64_at(CURRENT_AT)? as u64,
            cut_time: i64_at(CURRENT_AT + 8)?,
            usage_root: chunk(USAGE_ROOT_AT)?,
            pause: [i64_at(PAUSE_AT)?, i64_at(PAUSE_AT + 8)?],
        })
    }

    /// Requires that what has been used may be paid.
    pub fn require_unpaused(&self, now: i64) -> Result<()> {
        let [since, until] = self.pause;
        require!(since == 0 || now >= until, MarketError::Paused);
        Ok(())
    }
}
