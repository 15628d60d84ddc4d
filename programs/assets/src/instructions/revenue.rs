use {
    crate::{
        checks::{now, same},
        errors::AssetsError,
        signing::pay,
        state::{Asset, Stake},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::{balance, transfer},
};

/// Deposits revenue, which the next window streams to those who have staked then. Anyone may.
#[derive(Accounts)]
pub struct DepositRevenue {
    pub depositor: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: the token program checks that it is the depositor's and of the vault's mint.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: must be the stream's: checked in `deposit`.
    #[account(mut)]
    pub vault: UncheckedAccount,
    /// CHECK: must be the stream's: checked in `deposit`.
    pub token_program: UncheckedAccount,
}

impl DepositRevenue {
    pub fn deposit(&mut self, stream: u8, amount: u64) -> Result<()> {
        let now = now()?;
        let accounts = (self.vault.address(), self.token_program.address());
        self.asset.deposit(now, stream, accounts, amount)?;
        transfer(
            self.token_program.address(),
            [
                self.source.account(),
                self.vault.account(),
                self.depositor.account(),
            ],
            amount,
        );
        Ok(())
    }
}

/// Takes in what has arrived in a vault without a deposit: above all what the network has settled for the asset's devices.
/// Anyone may call it.
#[derive(Accounts)]
pub struct Sweep {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: must be the stream's: checked in `sweep`.
    pub vault: UncheckedAccount,
}

impl Sweep {
    pub fn sweep(&mut self, stream: u8) -> Result<()> {
        let now = now()?;
        let balance = balance(self.vault.account()).map_err(AssetsError::from)?;
        self.asset.sweep(now, stream, self.vault.address(), balance)
    }
}

/// Pays a stake's owner what the stake has earned of one stream. No permit is asked for.
#[derive(Accounts)]
pub struct Claim {
    #[account(constraint(same(owner.address(), &stake.owner) @ AssetsError::WrongStake))]
    pub owner: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    #[account(mut, constraint(same(&stake.asset, asset.address()) @ AssetsError::WrongStake))]
    pub stake: Box<Account<Stake>>,
    /// CHECK: must be the stream's: checked in `claim`.
    #[account(mut)]
    pub vault: UncheckedAccount,
    /// CHECK: chosen by the owner; the token program checks that it is of the vault's mint.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: must be the stream's: checked in `claim`.
    pub token_program: UncheckedAccount,
}

impl Claim {
    pub fn claim(&mut self, stream: u8) -> Result<()> {
        let now = now()?;
        let at = usize::from(stream);
        self.asset.accrue_stream(now, &mut self.stake, at)?;
        let accounts = (self.vault.address(), self.token_program.address());
        let revenue = self
            .asset
            .require_revenue(stream, accounts.0, Some(accounts.1))?;
        let amount = self.stake.incomes[at].take().map_err(AssetsError::from)?;
        require!(amount > 0, AssetsError::NothingToClaim);
        revenue.held = revenue
            .held
            .checked_sub(amount)
            .ok_or(AssetsError::Overflow)?;
        let accounts = [self.vault.account(), self.destination.account()];
        pay(&self.asset, self.token_program.address(), accounts, amount);
        Ok(())
    }
}
