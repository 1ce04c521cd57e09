//! What operators see: a code for every refusal, counters, and the state of the connection.

mod codes;
mod counters;
mod genuine;
mod health;
mod state_key;
mod unverifiable;
