use network::settlement::Payees;

/// The bump of every account in a [`Book`].
pub const BUMP: u8 = 254;

/// Token accounts as seen by `settle`: the owner of each and the payment set aside for it.
pub struct Book<'a> {
    pub owners: &'a [[u8; 32]],
    pub payments: Vec<u64>,
    given: usize,
}

impl<'a> Book<'a> {
    pub fn new(owners: &'a [[u8; 32]]) -> Self {
        Self {
            owners,
            payments: vec![0; owners.len()],
            given: 0,
        }
    }
}

impl<'a> Payees<'a> for Book<'a> {
    type Account = usize;

    fn next(&mut self) -> Option<usize> {
        let position = self.given;
        self.given += 1;
        (position < self.owners.len()).then_some(position)
    }

    fn owner(&mut self, position: usize, bump: u8) -> Option<&'a [u8; 32]> {
        (bump == BUMP).then(|| &self.owners[position])
    }

    fn pay(&mut self, position: usize, amount: u64) {
        assert!(amount > 0, "a payment moves something");
        assert_eq!(self.payments[position], 0, "an account is paid once");
        self.payments[position] = amount;
    }
}
