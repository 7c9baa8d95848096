//! The tests of BitPay's API again, on PostgreSQL.

#[path = "bitpay/main.rs"]
mod bitpay;
