use {super::Policy, crate::errors::NetworkError, anchor_lang::prelude::*};

/// Lamports that an oracle loses if it is proven dishonest. Address: `["bond", network, oracle key, depositor]`.
#[account]
pub struct Bond {
    pub network: Address,
    /// The oracle's Ed25519 key.
    pub oracle: [u8; 32],
    /// The account that deposited the lamports and gets them back.
    pub depositor: Address,
    /// Lamports bonded, not counting the account's rent.
    pub lamports: u64,
    /// Chain time from which the depositor may withdraw; 0: the bond is not unlocking.
    pub unlocks_at: i64,
}

impl Bond {
    /// Adds to the bond, and relocks it if it was unlocking.
    pub fn deposit(
        &mut self,
        network: &Address,
        oracle: &[u8; 32],
        depositor: &Address,
        lamports: u64,
    ) -> Result<()> {
        require!(lamports > 0, NetworkError::BondTooSmall);
        self.network = *network;
        self.oracle = *oracle;
        self.depositor = *depositor;
        self.lamports = self
            .lamports
            .checked_add(lamports)
            .ok_or(NetworkError::Overflow)?;
        self.unlocks_at = 0;
        Ok(())
    }

    /// Starts the lock period. Unlocking again doesn't shorten it.
    pub fn unlock(&mut self, now: i64, policy: &Policy) -> Result<()> {
        if self.unlocks_at == 0 {
            self.unlocks_at = now
                .checked_add(i64::from(policy.bond_lock_seconds))
                .ok_or(NetworkError::Overflow)?;
        }
        Ok(())
    }

    pub fn require_unlocked(&self, now: i64) -> Result<()> {
        let open = self.unlocks_at != 0 && now >= self.unlocks_at;
        require!(open, NetworkError::BondLocked);
        Ok(())
    }

    /// Requires that this is a bond of `oracle` in `network`.
    pub fn require_of(&self, network: &Address, oracle: &[u8; 32]) -> Result<()> {
        let same = self.network == *network && self.oracle == *oracle;
        require!(same, NetworkError::WrongBond);
        Ok(())
    }

    /// Requires a bond that admits its oracle to a committee.
    pub fn require_least(&self, lamports: u64) -> Result<()> {
        let enough = self.lamports >= lamports && self.unlocks_at == 0;
        require!(enough, NetworkError::BondTooSmall);
        Ok(())
    }
}
