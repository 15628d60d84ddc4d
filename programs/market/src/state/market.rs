use {
    crate::{errors::MarketError, network::Network, seeds},
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
    pinocchio::cpi::Seed,
};

/// Parts of a whole in which fees and losses are given.
pub const BASIS_POINTS: u16 = 10_000;

const MAX_FEE_BPS: u16 = 5_000;

/// Uses, as numbers of [`super::Offer::usage`] and [`super::Order::usage`]; an area's bit i is for use i.
pub const ENERGY: u8 = 0;
pub const BANDWIDTH: u8 = 1;
pub const PARKING: u8 = 2;
pub const RIDE: u8 = 3;
pub const USES: u8 = 4;

/// What a market takes of every payment.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Fees {
    /// Token account that receives what isn't burnt, such as the income vault of a stake pool. Zero: none yet.
    pub recipient: Address,
    /// Part of each payment, in basis points.
    pub fee_bps: u16,
    /// Part of the fee that is burnt, in basis points; 0 unless the market's token is its network's reward token.
    pub burn_bps: u16,
}

impl Fees {
    pub fn validate(&self, pays_reward: bool) -> Result<()> {
        let burns = if pays_reward { BASIS_POINTS } else { 0 };
        require!(
            self.fee_bps <= MAX_FEE_BPS && self.burn_bps <= burns,
            MarketError::BadFees
        );
        Ok(())
    }
}

/// Where what devices deliver is sold, in one token, under the rules of one network. Address: `["market", creator, id]`.
///
/// All money is in one vault; accounts hold parts of it by their numbers alone: the vault has at least
/// `escrow + pools + due + fees`, and more only if somebody sends it tokens unasked.
#[account]
pub struct Market {
    /// Wallet that created the market; a seed of the address.
    pub creator: Address,
    /// Random, chosen by the creator; a seed of the address.
    pub id: u64,
    /// Its promoted epochs say what was used, and its pause stops all settling.
    pub network: Address,
    /// Sets fees, areas and their operators.
    pub authority: Address,
    /// Becomes the authority once it accepts. Zero: nobody is proposed.
    pub proposed_authority: Address,
    /// The token in which everything is paid.
    pub mint: Address,
    /// SPL Token or Token-2022, whichever the mint belongs to.
    pub token_program: Address,
    /// Associated token account of this account.
    pub vault: Address,
    /// What offers copy when they are made.
    pub fees: Fees,
    /// How long the clearing waits for late reports: an epoch that was cut so long after an account's end is the last for it.
    pub late_window_seconds: u32,
    /// Offers and orders made since the start: the next one's birth is one more.
    pub births: u64,
    /// What orders may still spend.
    pub escrow: u64,
    /// What orders paid and areas have not passed on.
    pub pools: u64,
    /// What offers have been paid and owners not collected.
    pub due: u64,
    /// Fees that have not been withdrawn.
    pub fees_left: u64,
    /// Part of them that is to be burnt.
    pub burn_left: u64,
    /// Fees since the start.
    pub fees_total: u64,
    /// Burnt since the start.
    pub burnt_total: u64,
    /// Open orders and offers.
    pub orders: u64,
    pub offers: u64,
    /// 1: the market's token is its network's reward token.
    pub pays_reward: u8,
    pub bump: u8,
    pub _pad: [u8; 6],
    /// Reserved for later versions.
    pub _reserved: [[u8; 32]; 4],
}

/// Copies of the seeds by which a market signs: its account stays free to be written meanwhile.
pub struct SignerSeeds {
    creator: Address,
    id: [u8; 8],
    bump: [u8; 1],
}

impl SignerSeeds {
    pub fn each(&self) -> [Seed<'_>; 4] {
        [
            Seed::from(seeds::MARKET),
            Seed::from(self.creator.as_ref()),
            Seed::from(&self.id),
            Seed::from(&self.bump),
        ]
    }
}

impl Market {
    pub fn signer_seeds(&self) -> SignerSeeds {
        SignerSeeds {
            creator: self.creator,
            id: self.id.to_le_bytes(),
            bump: [self.bump],
        }
    }

    /// The birth of a new offer or order: no two of a market share one, whatever their addresses.
    pub fn next_birth(&mut self) -> Result<u64> {
        self.births = add(self.births, 1)?;
        Ok(self.births)
    }

    /// Counts what an order moved out of its escrow.
    pub fn spend(&mut self, amount: u64) -> Result<()> {
        self.escrow = subtract(self.escrow, amount)?;
        Ok(())
    }

    /// Requires that the network's current epoch was cut so late that no later one can say more about an account with this end.
    pub fn require_final(&self, network: &Network, end: i64) -> Result<()> {
        let cut = end.saturating_add(self.late_window_seconds.into());
        require!(
            network.epoch != 0 && network.cut_time >= cut,
            MarketError::StillOpen
        );
        Ok(())
    }

    /// Takes the fees that are left: what is to be burnt, and what the recipient gets.
    pub fn take_fees(&mut self) -> Result<(u64, u64)> {
        let burnt = core::mem::take(&mut self.burn_left);
        let paid = subtract(core::mem::take(&mut self.fees_left), burnt)?;
        self.burnt_total = self.burnt_total.saturating_add(burnt);
        Ok((burnt, paid))
    }
}

#[inline(never)]
pub fn add(a: u64, b: u64) -> Result<u64> {
    Ok(a.checked_add(b).ok_or(MarketError::Overflow)?)
}

#[inline(never)]
pub fn subtract(a: u64, b: u64) -> Result<u64> {
    Ok(a.checked_sub(b).ok_or(MarketError::Overflow)?)
}
