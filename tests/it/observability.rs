//! What operators see: a code for every rejection, counters, and the state of the connection.

mod clients;
mod codes;
mod counters;
mod genuine;
mod health;
mod issuer_codes;
mod mcp_codes;
mod offline_access;
mod once;
mod session_codes;
mod sign_in_codes;
mod state_key;
mod unverifiable;
