//! What every engine owes, in sentences. One function for each promise, one file for each
//! aggregate; each is given an engine with an empty database. A further engine runs them all by
//! one more line at [`contract!`]'s use. What only SQLite has (files, plans) is in `sqlite`.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod api_tokens;
mod applications;
mod attention;
mod audit;
mod browse;
mod chains;
mod coins;
mod damage;
mod deliveries;
mod events;
mod idempotency;
mod invoices;
mod lists;
mod logos;
mod members;
mod pairing;
mod payments;
mod postgres;
mod postings;
mod proxy;
mod rates;
mod reads;
mod refunds;
mod saved_views;
mod scripts;
mod seek;
mod sessions;
mod shop;
mod spends;
mod sqlite;
mod statements;
mod stores;
mod used_addresses;
mod users;
mod wallets;
mod webhooks;
mod writes;

use specie_db::{Db, DbError};

/// An engine with a database of its own, empty at first.
pub trait Engine {
    /// Opens the database, or opens it again.
    fn open(&self) -> Result<Db, DbError>;
    /// Changes it by another hand, beside the program and its rules. An error is the engine's own,
    /// which did not let even another hand do so.
    fn try_tamper(&self, sql: &str) -> Result<(), String>;
    /// As [`try_tamper`](Self::try_tamper), where no engine minds.
    fn tamper(&self, sql: &str) {
        self.try_tamper(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    /// Whether it keeps values out itself that are of another type than their column.
    const IS_STRICT: bool;
    /// Asks it by another hand: the first number of the answer.
    fn ask(&self, sql: &str) -> i64;
}

macro_rules! contract {
    ($name:ident, $fresh:expr) => {
        mod $name {
            contract! { @tests $fresh;
                api_tokens: a_token_is_found_by_its_hash_and_listed_latest_first,
                    a_token_remembers_its_last_use_and_is_removed_by_its_user_alone;
                applications: an_application_comes_back_and_is_removed,
                    applications_are_counted_and_listed_by_state_oldest_first,
                    an_invitation_is_replaced_and_ends_with_a_password;
                audit: changes_come_back_latest_first_and_of_their_store;
                members: a_member_has_one_role_until_access_ends,
                    an_invitation_is_found_by_its_hash_and_taken_up_once;
                browse: every_filter_narrows_a_list_either_way,
                    pages_go_there_and_back_by_places,
                    a_page_stays_what_it_is_while_invoices_are_made;
                attention: what_asks_comes_back_the_oldest_first_and_is_gone_with_its_cause,
                    what_is_put_aside_is_there_again_when_something_comes_to_it,
                    a_refund_asks_until_it_is_signed,
                    a_notification_asks_from_its_first_failure_until_it_arrives;
                chains: a_locator_is_kept_per_network;
                coins: a_coin_is_what_its_script_was_last_seen_with, a_spent_coin_is_no_coin_of_the_wallet_any_more, the_largest_coins_come_first_and_the_newest_blocks_by_themselves,
                    change_comes_back_with_its_transaction, payments_come_with_what_spends_them;
                damage: a_damaged_value_is_named_by_table_row_and_column, an_invoice_without_its_quote_is_damaged;
                deliveries: a_delivery_comes_back_as_it_was_written,
                    a_shop_hears_of_an_invoice_in_order,
                    invoices_do_not_wait_for_each_other,
                    what_is_asked_for_is_leased_and_posted_to_nobody,
                    a_lease_keeps_others_away_until_it_expires,
                    a_lease_takes_no_more_than_asked_the_longest_due_first,
                    one_endpoints_backlog_does_not_hide_another,
                    attempts_are_recorded_with_how_they_ended,
                    what_is_over_stays_over_whoever_reports_late,
                    the_next_due_is_when_something_can_be_leased,
                    what_is_sent_again_is_due_at_once_whatever_became_of_it,
                    what_is_sent_again_neither_waits_nor_keeps_others_waiting,
                    what_was_still_pending_keeps_its_turn_when_it_is_sent_again,
                    what_is_being_sent_is_not_sent_twice,
                    only_an_invoices_own_delivery_is_sent_again,
                    whoever_hears_of_an_invoice_waits_for_nobody_else_who_does,
                    a_webhooks_deliveries_are_listed_latest_first_and_end_when_it_is_gone,
                    one_delivery_is_withdrawn_or_sent_elsewhere,
                    deliveries_are_counted_by_state,
                    a_stores_deliveries_are_listed_by_what_became_of_them_and_whom_they_are_for,
                    pages_of_deliveries_cover_them_without_gap_or_overlap,
                    what_failed_is_sent_again_and_nothing_else,
                    arrivals_are_counted_of_the_last_alone;
                events: a_log_comes_back_in_order, an_events_number_is_given_once,
                    the_log_folds_to_the_stored_verdict;
                idempotency: an_answer_is_found_under_its_key_with_its_body,
                    the_same_request_is_recorded_once, old_answers_are_forgotten;
                invoices: every_kind_of_terms_comes_back,
                    a_new_quote_stands_and_the_old_one_stays_as_a_row,
                    a_quote_that_ended_before_its_time_is_a_row_too,
                    an_address_comes_later_and_once,
                    an_id_is_given_once,
                    an_update_writes_the_verdict_and_what_must_be_looked_at_again,
                    invoices_are_found_once_their_deadline_passed,
                    invoices_wait_for_depth_until_six_blocks,
                    missing_payments_are_found_until_they_are_back,
                    a_mark_comes_back, what_was_accepted_comes_back,
                    a_step_that_fails_half_way_leaves_no_trace,
                    every_invoice_is_listed_and_counted;
                lists: a_list_is_newest_first_and_of_one_store_alone,
                    filters_narrow_a_list,
                    several_statuses_are_merged_in_order,
                    a_status_named_twice_is_listed_once,
                    equal_times_are_ordered_by_number,
                    pages_cover_a_list_without_gap_or_overlap,
                    what_is_archived_is_in_a_list_of_its_own;
                pairing: a_code_gains_its_sides_and_becomes_a_token, a_code_is_given_once,
                    a_store_lists_its_codes_and_its_clients_and_locks_one_out,
                    expired_codes_are_removed;
                payments: every_standing_comes_back,
                    payments_keep_their_order_of_first_sight,
                    a_coinbase_comes_back_as_one,
                    a_transaction_with_several_outputs_is_stored_once,
                    payments_of_a_network_come_with_the_script_they_pay,
                    an_output_pays_an_invoice_once;
                postings: the_books_follow_from_the_log,
                    a_balance_is_kept_with_every_posting,
                    the_entries_of_an_account_come_in_pages_of_their_time;
                logos: a_logo_is_found_by_its_hash_until_its_store_has_another_or_none;
                rates: a_rate_is_replaced_by_the_next_kept_per_currency_and_removed;
                reads: a_read_sees_what_was_acknowledged,
                    a_read_sees_one_moment_however_long_it_takes,
                    what_is_kept_is_read_again_once_it_was_changed,
                    what_may_change_unheard_is_not_kept,
                    a_panic_in_a_read_hurts_nobody_else,
                    a_read_may_answer_with_an_error_of_its_own,
                    a_slow_read_holds_up_neither_reads_nor_writes,
                    a_sound_database_has_no_complaints;
                refunds: a_refund_comes_back_as_it_was_asked, a_refund_is_found_by_its_link_and_its_name,
                    what_waits_comes_oldest_first;
                saved_views: a_view_is_its_users_own_replaced_by_name_and_removed;
                seek: an_invoice_is_found_by_every_name_it_goes_by,
                    what_pays_or_is_given_back_is_found_by_transaction_and_script;
                scripts: a_script_leads_to_its_invoice, a_script_is_found_with_its_place_in_its_wallet,
                    a_script_and_an_index_are_issued_once;
                sessions: a_session_is_replaced_ended_and_forgotten;
                spends: a_transaction_comes_back_in_every_standing, a_transaction_that_is_final_is_not_followed,
                    a_refund_knows_everything_that_was_built_for_it;
                statements: every_statement_prepares, statements_have_names_of_their_own;
                stores: a_store_is_changed_and_paid_into_another_wallet,
                    a_store_comes_back_with_all_its_settings,
                    a_setting_that_was_not_known_then_has_its_default,
                    an_api_key_opens_one_store_until_it_is_removed,
                    stores_are_listed_oldest_first,
                    a_store_has_a_number_of_its_own_and_pages_go_by_it;
                used_addresses: runs_are_what_counting_them_anew_says, what_was_passed_over_is_no_run,
                    what_came_to_an_address_is_listed_with_it, a_balance_is_the_sum_of_what_nothing_spends,
                    the_database_knows_its_size;
                users: a_user_comes_back, an_address_is_taken_once, a_password_is_replaced;
                wallets: a_wallet_comes_back, an_identity_is_known_once_per_network,
                    indices_are_passed_over_and_never_taken_back, a_descriptor_is_written_anew,
                    indices_are_taken_one_by_one;
                webhooks: a_webhook_comes_back_with_a_number_is_changed_and_removed,
                    a_webhook_is_told_by_every_transaction_after_the_one_that_added_it,
                    what_a_transaction_wrote_itself_and_what_it_took_back_is_not_kept;
                writes: writers_at_once_are_all_durable,
                    a_reply_comes_after_the_commit_and_not_before,
                    a_job_that_fails_loses_only_its_own,
                    a_job_that_panics_answers_so_and_loses_only_its_own,
                    a_closure_may_answer_with_an_error_of_its_own,
                    a_refused_duplicate_leaves_the_rest_of_its_job,
                    a_writer_who_does_not_wait_is_written_all_the_same,
                    what_was_acknowledged_is_there_after_opening_again;
            }
        }
    };
    (@tests $fresh:expr; $($file:ident: $($test:ident),+;)+) => {$(
        mod $file {$(
            #[tokio::test]
            async fn $test() {
                crate::$file::$test(&$fresh).await;
            }
        )+}
    )+};
}

contract!(on_sqlite, crate::sqlite::Sqlite::fresh());
contract!(on_postgres, crate::postgres::Postgres::fresh());
