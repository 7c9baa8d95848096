//! One suite of scenarios for every chain source, run on the sandbox and on a real node.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod impostor;
mod node;
mod sandbox;
mod scenarios;
mod shop;
mod spends;

/// Runs every scenario on the world that `$world` makes.
#[macro_export]
macro_rules! contract {
    ($world:expr) => {
        $crate::contract!(@each $world;
            a_payment_is_seen_in_the_mempool_and_then_in_a_block
            several_outputs_of_one_transaction_to_one_script_are_several_receipts
            one_transaction_pays_several_scripts
            what_pays_other_scripts_is_not_reported
            a_fee_bump_is_one_swap
            a_replacement_with_another_value_takes_the_place_of_the_first
            a_replacement_that_pays_someone_else_is_a_conflict_until_it_leaves
            a_double_spend_in_a_block_is_a_conflict_and_a_reorganisation_takes_it_back
            a_reorganisation_of_one_block_returns_the_payment_to_the_mempool
            a_reorganisation_of_two_blocks_returns_the_payment_to_the_mempool
            a_reorganisation_that_loses_the_payment_leaves_it_missing_without_a_conflict
            a_reorganisation_that_mines_the_payment_again_moves_it_to_the_new_block
            a_reorganisation_of_six_blocks_has_the_same_three_ends
            a_double_spend_after_a_reorganisation_is_a_conflict
            a_chain_that_is_lower_than_it_was_followed_is_not_believed
            another_branch_of_the_same_height_is_a_reorganisation
            a_payment_is_found_after_downtime_across_blocks
            a_reorganisation_during_downtime_is_found
            a_fee_bump_mined_during_downtime_is_one_swap
            a_repeated_sync_reports_nothing
            an_update_that_was_not_applied_comes_again_after_a_restart
            a_failed_application_across_a_reorganisation_comes_again_after_a_restart
            a_late_watch_finds_payments_in_old_blocks_and_in_the_mempool
            a_late_watch_without_rescan_sees_what_comes
            a_watch_again_does_no_harm
            a_conflict_in_an_old_block_is_found_again_if_the_rescan_reaches_it
            an_emptied_mempool_leaves_payments_missing_and_a_broadcast_brings_them_back
            an_evicted_payment_is_missing_without_a_conflict
            a_missing_payment_that_came_back_during_downtime_is_told
            a_lost_payment_that_came_back_during_downtime_is_told
            broadcasting_what_is_known_is_known
            broadcasting_against_a_double_spend_is_a_conflict
            broadcasting_the_child_of_a_forgotten_parent_is_no_conflict
            a_coinbase_is_flagged_and_has_no_inputs
            the_locator_is_born_at_the_tip_and_a_reorganisation_right_after_is_followed
            first_seen_stays_and_is_within_the_last_sync_and_now_for_blocks
            a_payment_made_while_nobody_looked_has_the_time_at_which_the_node_had_it
            a_wrong_clock_dates_a_payment_within_the_last_sync_and_now
            a_long_downtime_reads_every_block
            a_spend_is_told_in_the_mempool_and_then_in_a_block
            one_transaction_spends_coins_of_several_scripts
            a_spend_that_leaves_the_mempool_is_none
            a_spend_that_another_replaces_is_the_others
            a_reorganisation_undoes_a_spend_and_the_mempool_says_what_is_left
            a_coin_and_its_spend_are_undone_together_and_come_back_together
            a_coin_that_is_not_confirmed_is_spent_all_the_same
            a_spend_is_found_after_downtime_across_blocks
            a_spend_that_was_told_is_remembered_over_a_restart
            a_spend_that_left_the_mempool_during_downtime_is_none
            a_spend_whose_update_was_not_applied_comes_again
            a_late_watch_finds_what_spends_its_coins
            a_spend_that_was_read_before_its_coin_was_known_is_asked_for
            fee_rates_are_in_order_and_the_floor_is_taken
        );
    };
    (@each $world:expr; $($name:ident)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                $crate::scenarios::$name($crate::shop::Shop::open($world)).await;
            }
        )*
    };
}
