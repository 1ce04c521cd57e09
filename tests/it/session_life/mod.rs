//! The life of a browser session after the sign-in: refreshes, time, logouts, races and stores that
//! fail, over HTTP on both frameworks, in cookies and in stores.

mod backchannel;
mod faults;
mod frontchannel;
mod hostile_refreshes;
mod instances;
mod late;
mod logout;
mod outage;
mod processes;
mod races;
mod refresh;
mod relying_party;
mod renewed;
mod store;
mod time;
