use {
    super::{Announcement, Metadata, Revenue, Terms, STREAMS},
    crate::{errors::AssetsError, seeds},
    anchor_lang::prelude::*,
    pinocchio::cpi::Seed,
};

/// Values of [`Asset::state`].
pub const FUNDING: u8 = 0;
pub const FUNDED: u8 = 1;
pub const FAILED: u8 = 2;
pub const CLAWED_BACK: u8 = 3;

/// A thing that many fund, own and earn from. Address: `["asset", creator, id]`; it signs for its mint, its vaults and its
/// devices.
#[account]
pub struct Asset {
    /// Paid the rent and gets it back; a seed of the address.
    pub creator: Address,
    /// Random, chosen by the creator; a seed of the address.
    pub id: u64,
    /// Announces tranches, may claw back, and registers and retires the asset's devices.
    pub authority: Address,
    /// Becomes the authority once it accepts. Zero: nobody is proposed.
    pub proposed_authority: Address,
    /// Gives the permits without which nobody may hold shares. Zero: shares are plain SPL tokens.
    pub compliance: Address,
    /// Address `["shares", asset]`, whole shares. Minted only while funding.
    pub share_mint: Address,
    /// SPL Token, or Token-2022 where holders need permits.
    pub share_program: Address,
    /// Address `["escrow", asset]`: what funders paid, until it is refunded, paid to the builder or redeemed.
    pub escrow: Address,
    /// Address `["staked", asset]`: the shares of all stakes.
    pub stake_vault: Address,
    pub terms: Terms,
    pub metadata: Metadata,
    pub announcement: Announcement,
    /// In the payment token, and in the reward token of the network of its devices.
    pub revenue: [Revenue; STREAMS],
    /// Shares sold since the start.
    pub sold: u64,
    /// Base units in escrow that are raised and neither paid to the builder nor redeemed; 0 until it is funded.
    pub left: u64,
    /// Shares of all stakes that earn.
    pub staked: u64,
    /// Stakes that are open.
    pub stakes: u64,
    /// 0: funding; 1: funded; 2: the goal was missed; 3: clawed back.
    pub state: u8,
    /// Position of the tranche to be paid next.
    pub next_tranche: u8,
    pub bump: u8,
    pub _pad: [u8; 5],
    /// Reserved for later versions.
    pub _reserved: [[u8; 32]; 4],
}

/// Copies of the seeds by which an asset signs: its account stays free to be written meanwhile.
pub struct SignerSeeds {
    creator: Address,
    id: [u8; 8],
    bump: [u8; 1],
}

impl SignerSeeds {
    pub fn each(&self) -> [Seed<'_>; 4] {
        [
            Seed::from(seeds::ASSET),
            Seed::from(self.creator.as_ref()),
            Seed::from(&self.id),
            Seed::from(&self.bump),
        ]
    }
}

impl Asset {
    pub fn signer_seeds(&self) -> SignerSeeds {
        SignerSeeds {
            creator: self.creator,
            id: self.id.to_le_bytes(),
            bump: [self.bump],
        }
    }

    /// Whether shares need a permit.
    pub fn is_permissioned(&self) -> bool {
        self.compliance != Address::default()
    }

    /// Sells up to `shares`. Returns how many and what they cost.
    pub fn fund(&mut self, now: i64, shares: u64) -> Result<(u64, u64)> {
        require!(shares > 0, AssetsError::ZeroAmount);
        let open = self.state == FUNDING && now < self.terms.deadline;
        require!(open, AssetsError::NotFunding);
        let sold = shares.min(self.terms.max_shares - self.sold);
        require!(sold > 0, AssetsError::SoldOut);
        // At most the maximum.
        self.sold += sold;
        Ok((sold, self.terms.cost(sold)?))
    }

    /// Ends funding: it succeeded with at least the minimum, and failed otherwise.
    pub fn finalize(&mut self, now: i64) -> Result<()> {
        require!(self.state == FUNDING, AssetsError::NotFunding);
        let over = now >= self.terms.deadline || self.sold == self.terms.max_shares;
        require!(over, AssetsError::FundingOpen);
        if self.sold < self.terms.min_shares {
            self.state = FAILED;
            return Ok(());
        }
        self.state = FUNDED;
        self.left = self.terms.cost(self.sold)?;
        // The first tranche waits from here: see `announce`.
        self.announcement.announced_at = now;
        Ok(())
    }

    /// What the holder of so many shares of a failed asset gets back.
    pub fn refund_of(&self, shares: u64) -> Result<u64> {
        require!(self.state == FAILED, AssetsError::NotFailed);
        require!(shares > 0, AssetsError::ZeroAmount);
        self.terms.cost(shares)
    }

    /// Requires that shares belong to those who paid for them: staking and revenue begin then.
    pub fn require_funded(&self) -> Result<()> {
        let funded = matches!(self.state, FUNDED | CLAWED_BACK);
        require!(funded, AssetsError::NotFunded);
        Ok(())
    }

    /// Requires that nothing of it is anybody's any more.
    pub fn require_unheld(&self, supply: u64) -> Result<()> {
        let over = matches!(self.state, FAILED | CLAWED_BACK);
        require!(
            over && supply == 0 && self.stakes == 0,
            AssetsError::StillHeld
        );
        Ok(())
    }
}
