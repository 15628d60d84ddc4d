// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        state::{Bond, Network, OwnerRecord, Page, Registry, PAGE_SLOTS},
    },
    anchor_lang::prelude::*,
    commonwire_merkle::registry::{has_leaf, leaf, Device, DEVICE_BYTES},
    commonwire_onchain::lamports,
};

/// Part of what is slashed that whoever proved the fault receives: a tenth.
pub const REPORTER_PART: u64 = 10;

/// Voids the pending epoch by proving one leaf that the rules forbid, and slashes the members who signed it, unless all that
/// is wrong is that the device was paid more meanwhile. Anyone may call it, even while paused. The bonds of the signers
/// follow as further accounts, in the order of their seats.
#[derive(Accounts)]
#[instruction(index: u32)]
pub struct ChallengeEpoch {
    /// Receives a tenth of what is slashed.
    #[account(mut)]
    pub challenger: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
    /// Proves owners of devices that never changed hands, and receives what is slashed.
    #[account(mut, constraint(registry.network == *network.address() @ NetworkError::WrongRegistry))]
    pub registry: Box<Account<Registry>>,
    /// CHECK: records the last change of the device's owner, if there was one; its address is derived, so a challenger
    /// can't leave it out.
    #[account(
        seeds = [seeds::OWNER, network.address().as_ref(), &index.to_le_bytes()],
        bump
    )]
    pub record: UncheckedAccount,
    /// The device's page: shows what a device was paid, which no corrective epoch may take back.
    pub page: Option<Account<Page>>,
}

/// Owner and earnings in a leaf.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct LeafClaim {
    pub owner: Address,
    pub earned: u64,
}

/// A leaf of the registry: the encoded device, and the path to the subtree of the frontier that holds it.
pub struct RegistryProof<'a> {
    pub device: &'a [u8],
    pub path: &'a [u8],
}

impl ChallengeEpoch {
    /// `proof` leads from the leaf of device `index` to the pending root. `before` is the device's leaf under the current
    /// root with its proof: needed for a fault of growth, unless the device is new. `device` is its leaf in the registry:
    /// needed for a fault of the owner, unless there is a record.
    pub fn challenge(
        &mut self,
        index: u32,
        claim: &LeafClaim,
        proof: &[u8],
        before: Option<(LeafClaim, &[u8])>,
        device: Option<RegistryProof>,
        bonds: &[AccountView],
    ) -> Result<()> {
        let network = &self.network;
        let pending = &network.pending;
        require!(pending.epoch != 0, NetworkError::NothingPending);
        pending
            .ledger()
            .require_leaf((index, &claim.owner, claim.earned), proof)?;
        let view = *self.record.account();
        let record = match view.owned_by(&crate::ID) {
            true => Some(Account::<OwnerRecord>::load(view)?),
            false => None,
        };
        let owner = match (&record, &device) {
            (Some(record), _) => Some(*record.owner_in(pending.epoch)),
            (None, Some(device)) => Some(device.owner(&self.registry, index)?),
            (None, None) => None,
        };
        let wrong_owner = owner.is_some_and(|owner| owner != claim.owner);
        let lie = wrong_owner || pending.ledger().is_padded(index, proof);
        let below_paid = self.is_below_paid(index, claim.earned)?;
        if !lie && !below_paid {
            let earned_before = match before {
                Some((leaf, proof)) => {
                    let known = (index, &leaf.owner, leaf.earned);
                    network.current.ledger().require_leaf(known, proof)?;
                    leaf.earned
                }
                None => {
                    let new = index >= network.current.device_count;
                    require!(new, NetworkError::CurrentLeafMissing);
                    0
                }
            };
            let fault = network.is_wrong_growth(claim.earned, earned_before, record.as_deref());
            require!(fault, NetworkError::NoFault);
        }
        // Between signing and posting anybody can have the device paid: that is no fault of who signed.
        let taken = if lie || !below_paid {
            self.slash(bonds)?
        } else {
            0
        };
        self.network.void();
        reward(&self.registry, self.challenger.account(), taken)
    }

    /// Whether a corrective epoch takes back what the device was paid already, which would leave others short.
    fn is_below_paid(&self, index: u32, earned: u64) -> Result<bool> {
        let Some(page) = &self.page else {
            return Ok(false);
        };
        page.require(self.network.address(), index / PAGE_SLOTS)?;
        let paid = page.paid[(index % PAGE_SLOTS) as usize];
        Ok(self.network.pending.corrective == 1 && earned < paid)
    }

    /// Removes the signers from the committee and moves their bonds to the registry account. Returns what was taken.
    fn slash(&mut self, bonds: &[AccountView]) -> Result<u64> {
        let pending = &self.network.pending;
        let mut views = bonds.iter();
        let mut taken = 0u64;
        for (_, bond) in pending.signers().filter(|(_, bond)| **bond != [0; 32]) {
            let view = views.next().ok_or(NetworkError::WrongBond)?;
            require!(view.address().as_array() == bond, NetworkError::WrongBond);
            taken = taken
                .checked_add(take_bond(view, self.registry.account())?)
                .ok_or(NetworkError::Overflow)?;
        }
        require!(views.next().is_none(), NetworkError::WrongBond);
        let network: &mut Network = &mut self.network;
        let guilty = &network.pending;
        network
            .committee
            .remove(&|key| guilty.signers().any(|(signer, _)| signer == key))?;
        Ok(taken)
    }
}

impl<'a> RegistryProof<'a> {
    /// The proof, if one was given.
    pub fn given(device: &'a [u8], path: &'a [u8]) -> Option<Self> {
        (!device.is_empty()).then_some(Self { device, path })
    }

    /// The owner whom device `index` was registered for.
    fn owner(&self, registry: &Registry, index: u32) -> Result<Address> {
        let device: &[u8; DEVICE_BYTES] = self
            .device
            .try_into()
            .map_err(|_| NetworkError::BadRegistryProof)?;
        let (path, tail) = self.path.as_chunks();
        let known = tail.is_empty()
            && Device::index_of(device) == index
            && has_leaf(
                &registry.frontier,
                registry.device_count,
                index,
                leaf(device),
                path,
            );
        require!(known, NetworkError::BadRegistryProof);
        Ok(Address::new_from_array(*Device::owner_of(device)))
    }
}

/// Moves a bond's lamports to the registry account and returns how many there were: none where the account is closed.
pub fn take_bond(view: &AccountView, registry: &AccountView) -> Result<u64> {
    if !view.owned_by(&crate::ID) {
        return Ok(0);
    }
    // SAFETY: each bond is released before the next is loaded, and none is an account that an instruction declares.
    let mut bond = unsafe { Account::<Bond>::load_mut(*view) }?;
    let lamports = bond.lamports;
    lamports::take(*view, *registry, lamports)?;
    bond.lamports = 0;
    Ok(lamports)
}

/// Gives whoever proved a fault a tenth of what the registry account received for it.
pub fn reward(registry: &Account<Registry>, to: &AccountView, taken: u64) -> Result<()> {
    lamports::take(*registry.account(), *to, taken / REPORTER_PART)
}
