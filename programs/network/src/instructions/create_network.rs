// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        state::{Emission, Floors, Network, Policy, Registry, Roles},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{
        mint::Mint,
        tokens::{is_token_program, require_associated},
    },
};

/// Creates a network that pays in one token: a token that it alone may mint, or one that is deposited in its vault.
///
/// The creator signs and is a seed of the address, so nobody else can take the address; lamports sent there before
/// don't get in the way.
#[derive(Accounts)]
#[instruction(id: u64)]
pub struct CreateNetwork {
    /// Pays the rent of the network and registry accounts.
    #[account(mut)]
    pub creator: Signer,
    #[account(
        init,
        payer = creator,
        seeds = [seeds::NETWORK, creator.address().as_ref(), &id.to_le_bytes()],
        bump
    )]
    pub network: Box<Account<Network>>,
    #[account(
        init,
        payer = creator,
        seeds = [seeds::REGISTRY, network.address().as_ref()],
        bump
    )]
    pub registry: Box<Account<Registry>>,
    /// CHECK: read and checked in `create`.
    pub mint: UncheckedAccount,
    /// CHECK: address, owner and program are checked in `create`.
    pub vault: UncheckedAccount,
    /// CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`.
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CreateNetwork {
    pub fn create(
        &mut self,
        id: u64,
        genesis_hash: [u8; 32],
        roles: Roles,
        funded: bool,
        emission: Emission,
        (floors, policy): (Floors, Policy),
        bumps: (u8, u8),
    ) -> Result<()> {
        require!(genesis_hash != [0; 32], NetworkError::BadGenesisHash);
        let address = *self.network.address();
        let token_program = *self.token_program.address();
        require!(
            is_token_program(&token_program) && self.mint.account().owned_by(&token_program),
            NetworkError::WrongTokenProgram
        );
        let mint = Mint::read(&self.mint.account().try_borrow()?).map_err(NetworkError::from)?;
        require!(
            funded || mint.mint_authority.as_ref() == Some(address.as_array()),
            NetworkError::WrongMintAuthority
        );
        require!(!mint.freezable, NetworkError::FreezableMint);
        require_associated(
            self.vault.account(),
            &address,
            &token_program,
            self.mint.address(),
        )
        .map_err(NetworkError::from)?;
        // The supply of a token that the network doesn't mint says nothing about the network.
        let initial_supply = if funded { 0 } else { mint.supply };
        emission.validate(initial_supply)?;
        floors.validate()?;
        policy.validate(emission.cap_of(1))?;
        floors.admit(&policy)?;

        let clock = Clock::get()?;
        let network = &mut self.network;
        network.creator = *self.creator.address();
        network.id = id;
        network.birth = clock.slot;
        network.genesis_hash = genesis_hash;
        network.authority = roles.authority;
        network.guardian = roles.guardian;
        network.mint = *self.mint.address();
        network.token_program = token_program;
        network.vault = *self.vault.address();
        network.decimals = mint.decimals;
        network.initial_supply = initial_supply;
        network.funded = u8::from(funded);
        network.emission = emission;
        network.policy = policy;
        network.floors = floors;
        network.last_cut_time = clock.unix_timestamp;
        (network.bump, self.registry.bump) = bumps;

        self.registry.network = address;
        Ok(())
    }
}
