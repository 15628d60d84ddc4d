use anchor_lang::prelude::*;

/// Allows a wallet to hold the shares of every asset with this compliance authority.
/// Address: `["permit", compliance authority, wallet]`.
#[account]
pub struct Permit {
    /// The compliance authority that gave it.
    pub authority: Address,
    pub wallet: Address,
    /// Paid the rent and gets it back.
    pub payer: Address,
    /// Chain time from which it counts no more; the past revokes it.
    pub expires_at: i64,
    /// ISO 3166-1 numeric code of the country that it was given for.
    pub jurisdiction: u16,
    pub _pad: [u8; 6],
}

impl Permit {
    pub fn is_valid(&self, now: i64) -> bool {
        now < self.expires_at
    }

    pub fn is_of(&self, authority: &Address, wallet: &Address) -> bool {
        self.authority == *authority && self.wallet == *wallet
    }
}
