use {
    crate::{
        checks::same,
        errors::AssetsError,
        network::{self, Accounts, Registration},
        state::Asset,
    },
    anchor_lang::prelude::*,
};

/// What the authority decides about the asset's devices. The asset owns them, so what they earn is settled into its vault.
///
/// The asset signs for nothing but registering and retiring: a device handed to another owner would take along what holders are
/// due. Other wallets may transfer their devices to the asset without it.
#[derive(Accounts)]
pub struct ManageDevices {
    #[account(constraint(same(authority.address(), &asset.authority) @ AssetsError::NotAuthority))]
    pub authority: Signer,
    /// Pays the network's fee, or the rent of the device's record.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub asset: Box<Account<Asset>>,
    /// CHECK: a network that pays in a token the asset shares out: checked in `call`.
    pub network: UncheckedAccount,
    /// CHECK: the network program checks it.
    #[account(mut)]
    pub registry: UncheckedAccount,
    /// CHECK: the record of the device to retire; the network program checks it. Anything will do when registering.
    #[account(mut, unsafe(dup))]
    pub record: UncheckedAccount,
    /// CHECK: the network program checks it.
    pub event_authority: UncheckedAccount,
    /// CHECK: its address. The asset's signature moves money, so no other program may get it.
    #[account(constraint(same(network_program.address(), &network::ID) @ AssetsError::WrongNetwork))]
    pub network_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl ManageDevices {
    pub fn register(&self, registration: &Registration) -> Result<()> {
        let seeds = self.asset.signer_seeds();
        let accounts = Accounts {
            record: None,
            ..self.accounts()?
        };
        network::register_devices(&accounts, registration, &seeds);
        Ok(())
    }

    pub fn retire(&self, index: u32, earned: u64, proof: &[u8]) -> Result<()> {
        let accounts = self.accounts()?;
        let seeds = self.asset.signer_seeds();
        network::retire_device(&accounts, (index, earned, proof), &seeds);
        Ok(())
    }

    /// The network program's accounts, once it is shown to be a network that pays in a token the asset shares out.
    #[inline(never)]
    fn accounts(&self) -> Result<Accounts<'_>> {
        self.require_reward()?;
        Ok(Accounts {
            owner: self.asset.account(),
            payer: self.payer.account(),
            network: self.network.account(),
            registry: self.registry.account(),
            record: Some(self.record.account()),
            system_program: self.system_program.account(),
            event_authority: self.event_authority.account(),
            program: self.network_program.account(),
        })
    }

    /// Requires that what the devices earn arrives in one of the asset's vaults: nobody could ever move another token.
    fn require_reward(&self) -> Result<()> {
        let mint = network::reward_mint(self.network.account()).ok_or(AssetsError::WrongNetwork)?;
        let shared = self
            .asset
            .revenue
            .iter()
            .any(|revenue| revenue.mint == mint);
        require!(shared, AssetsError::WrongReward);
        Ok(())
    }
}
