mod areas;
mod close_offer;
mod close_order;
mod collect;
mod create_market;
mod govern;
mod meters;
mod offer;
mod order;
mod parking;
mod settle_use;
mod settle_voucher;
mod withdraw_fees;

pub use {
    areas::*, close_offer::*, close_order::*, collect::*, create_market::*, govern::*, meters::*,
    offer::*, order::*, parking::*, settle_use::*, settle_voucher::*, withdraw_fees::*,
};
