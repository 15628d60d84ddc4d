// The derive binds the arguments it knows for seeds in places that do not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        state::{Emission, Network, Policy, Registry, Roles},
    },
    anchor_lang::prelude::*,
    anchor_spl::{mint::Mint, token::TokenAccount},
};

/// Creates a network whose reward token it alone may mint.
///
/// The creator signs and is a seed of the address, so that nobody else can take the address; lamports sent there before
/// don't stand in the way.
#[derive(Accounts)]
#[instruction(id: u64)]
pub struct CreateNetwork {
    /// Pays the rent of network and registry.
    #[account(mut)]
    pub creator: Signer,
    #[account(
        init,
        payer = creator,
        seeds = [seeds::NETWORK, creator.address().as_ref(), &id.to_le_bytes()],
        bump
    )]
    pub network: Account<Network>,
    #[account(
        init,
        payer = creator,
        seeds = [seeds::REGISTRY, network.address().as_ref()],
        bump
    )]
    pub registry: Account<Registry>,
    pub mint: Account<Mint>,
    #[account(
        associated_token::mint = mint,
        associated_token::authority = network,
        associated_token::token_program = token_program
    )]
    pub vault: Account<TokenAccount>,
    pub token_program: Program<Token>,
    pub system_program: Program<System>,
}

impl CreateNetwork {
    pub fn create(
        &mut self,
        id: u64,
        roles: Roles,
        emission: Emission,
        policy: Policy,
        bumps: (u8, u8),
    ) -> Result<()> {
        let address = *self.network.address();
        require!(
            self.mint.mint_authority() == Some(&address),
            NetworkError::WrongMintAuthority
        );
        require!(
            !self.mint.has_freeze_authority(),
            NetworkError::FreezableMint
        );
        let initial_supply = self.mint.supply();
        emission.validate(initial_supply)?;
        policy.validate()?;

        let clock = Clock::get()?;
        let network = &mut self.network;
        network.creator = *self.creator.address();
        network.id = id;
        network.birth = clock.slot;
        network.authority = roles.authority;
        network.guardian = roles.guardian;
        network.mint = *self.mint.address();
        network.vault = *self.vault.address();
        network.decimals = self.mint.decimals();
        network.initial_supply = initial_supply;
        network.emission = emission;
        network.policy = policy;
        network.last_cut_time = clock.unix_timestamp;
        (network.bump, self.registry.bump) = bumps;

        self.registry.network = address;
        Ok(())
    }
}
