//! The samples of webhooks again, on PostgreSQL.

#[path = "webhook_clients.rs"]
mod webhook_clients;
