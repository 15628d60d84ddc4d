use {
    crate::{errors::NetworkError, seeds},
    anchor_lang::prelude::*,
    commonwire_merkle::hash,
};

/// Devices that one page keeps.
pub const PAGE_SLOTS: u32 = 1024;

/// What each of 1,024 neighbouring devices has been paid since the start.
/// Address: `["page", network, number u32]`; device i has slot `i % 1024` of page `i / 1024`.
///
/// The network is not kept in the page, which would cost its payer rent for each: the address proves it.
#[account]
pub struct Page {
    /// Who paid the rent and gets it back.
    pub payer: Address,
    pub bump: u8,
    pub _pad: [u8; 7],
    /// Base units paid to device `number * 1024 + slot`.
    pub paid: [u64; PAGE_SLOTS as usize],
}

impl Page {
    /// Whether this page, which the program owns, is page `number` of `network`.
    ///
    /// Only `open_page` makes pages, each at the derived address of its network, number and stored bump, so that one
    /// hash tells what a search for the bump would.
    pub fn require_at(&self, address: &Address, network: &Address, number: u32) -> Result<()> {
        let derived = hash(&[
            seeds::PAGE,
            network.as_ref(),
            &number.to_le_bytes(),
            &[self.bump],
            crate::ID.as_ref(),
            b"ProgramDerivedAddress",
        ]);
        require!(derived == *address.as_array(), NetworkError::WrongPage);
        Ok(())
    }

    /// Raises a slot to `earned` and returns what is due: zero where nothing was earned since.
    pub fn settle(&mut self, slot: usize, earned: u64) -> Result<u64> {
        let paid = self.paid.get_mut(slot).ok_or(NetworkError::RunOutOfRange)?;
        let due = earned
            .checked_sub(*paid)
            .ok_or(NetworkError::EarnedBelowPaid)?;
        *paid = earned;
        Ok(due)
    }
}
