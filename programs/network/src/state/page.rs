use {crate::errors::NetworkError, anchor_lang::prelude::*};

/// Devices that one page keeps.
pub const PAGE_SLOTS: u32 = 1024;

/// How many bytes of its network's address a page keeps: 160 bits are hard enough to match, and cost less rent.
const NETWORK_BYTES: usize = 20;

/// The amount that each of 1,024 consecutive devices has been paid since the start.
/// Address: `["page", network, number u32]`; device i has slot `i % 1024` of page `i / 1024`.
#[account]
pub struct Page {
    /// The account that paid the rent and gets it back.
    pub payer: Address,
    pub number: u32,
    /// First bytes of the network's address.
    pub network: [u8; NETWORK_BYTES],
    /// Base units paid to device `number * 1024 + slot`.
    pub paid: [u64; PAGE_SLOTS as usize],
}

impl Page {
    /// Sets the fields of a fresh page; they never change again.
    pub fn open(&mut self, payer: &Address, network: &Address, number: u32) {
        self.payer = *payer;
        self.number = number;
        self.network = prefix(network);
    }

    pub fn is_of(&self, network: &Address) -> bool {
        self.network == prefix(network)
    }

    /// Whether this page, which only `open_page` can have made, is page `number` of `network`.
    pub fn require(&self, network: &Address, number: u32) -> Result<()> {
        require!(
            self.number == number && self.is_of(network),
            NetworkError::WrongPage
        );
        Ok(())
    }
}

fn prefix(network: &Address) -> [u8; NETWORK_BYTES] {
    let mut prefix = [0; NETWORK_BYTES];
    prefix.copy_from_slice(&network.as_ref()[..NETWORK_BYTES]);
    prefix
}
