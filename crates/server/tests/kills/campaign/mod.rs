//! The server killed with `kill -9` at random moments under load, again and again, and looked through
//! after each restart.
//!
//! A round: clients trade until the server is killed; sometimes it is killed again while it starts;
//! then it is let, and the checker compares what clients know with what there is. After the last round
//! everything that is on its way has to arrive. Whatever does not hold ends it with a panic.

mod books;
mod chain;
mod chance;
mod checker;
mod ending;
mod facts;
mod journal;
mod killer;
mod market;
mod trade;

use std::fmt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use checker::{Checker, UnderWay};
use ending::Arrived;
use killer::{Killer, Kills, Moment};
use market::Market;
use trade::{CLIENTS, Client};

/// How often, and by which chance.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How many kills.
    pub kills: usize,
    /// What decides when they come, and what is traded.
    pub seed: u64,
    /// Where the journal is kept; nothing may be there.
    pub journal: PathBuf,
    /// A line for each restart on standard output.
    pub talkative: bool,
}

/// What happened. That it is there at all says that nothing was lost.
#[derive(Debug, Clone, Copy)]
pub struct Report {
    /// The kills by kind.
    pub kills: Kills,
    /// The longest time from a start to the first answer.
    pub longest_start: Duration,
    /// Requests under way at the kills under load.
    pub under_way: UnderWay,
    orders: usize,
    payments: usize,
    arrived: Arrived,
}

/// Goes through with it.
pub fn run(exe: &str, plan: &Plan) -> Report {
    let mut server = start(exe);
    let store = server.practice_store("Alder & Finch Books", &["--expiry-minutes", "10080"]);
    let market = Market::new(Shop::paired(&server, &store, "shop"), server.data());
    let mut clients: Vec<Client> =
        (0..CLIENTS).map(|number| Client::new(number, &plan.journal, plan.seed)).collect();
    let first = clients[0].order(&market).expect("an answer");
    let mut checker = Checker::new(&plan.journal);
    let mut killer = Killer::new(plan.seed, &market.shop, &first);
    checker.check(&server, &market, &mut clients);
    // How long a start takes has to be known to kill within it.
    killer.let_start(&mut server);
    let mut under_way = UnderWay::default();
    while killer.kills.all() < plan.kills {
        round(plan, &mut server, &market, &mut clients, &mut killer);
        let of_round = checker.check(&server, &market, &mut clients);
        under_way.add(of_round);
        if plan.talkative {
            let ready = killer.readiness.last().map_or(0, Duration::as_millis);
            let kills = killer.kills.all();
            println!("{kills:>4} kills, {:>2} requests under way, ready after {ready:>4} ms", of_round.all);
        }
    }
    let arrived = ending::end(&mut server, &market, &mut clients, &mut checker, &mut killer);
    let longest_start = killer.readiness.iter().max().copied().unwrap_or_default();
    let (orders, payments) = (checker.orders(), checker.payments());
    Report { kills: killer.kills, longest_start, under_way, orders, payments, arrived }
}

/// A server on an address that nobody else has: a port of 127.0.0.1 might be given to somebody who
/// connects while the server is down.
fn start(exe: &str) -> Server {
    let [_, a, b, c] = std::process::id().to_be_bytes();
    let args = ["--allow-private", "127.0.0.0/8", "--log", "error"].map(str::to_owned);
    let server = Server::start_at(exe, &format!("127.{}.{b}.{c}:23000", 64 + a % 64), args.to_vec());
    server.create_user(OWNER);
    server
}

/// Closes the market when it goes.
struct Closing<'a>(&'a Market);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Trade, a kill, perhaps more of them while it starts, and a start that is let.
fn round(plan: &Plan, server: &mut Server, market: &Market, clients: &mut [Client], killer: &mut Killer) {
    let moment = killer.moment();
    market.open(
        server.pid(),
        match moment {
            Moment::Answer(number) => number,
            Moment::Time(_) => 0,
        },
    );
    thread::scope(|threads| {
        // However this ends: who trades on would be waited for without end.
        let _closing = Closing(market);
        for client in clients {
            threads.spawn(|| client.trade(market));
        }
        killer.kill_traders(moment, server, market);
    });
    while killer.kills.all() < plan.kills && killer.wants_start_up() {
        killer.kill_starting(server);
    }
    killer.let_start(server);
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kills { at_answers, after_time, in_start_up, just_ready } = self.kills;
        let all = self.kills.all();
        writeln!(f, "{all} kills: {at_answers} at an answer, {after_time} after a time,")?;
        writeln!(
            f,
            "  {in_start_up} before it was ready ({} %), {just_ready} just then",
            100 * in_start_up / all
        )?;
        let UnderWay { all, kept, undone } = self.under_way;
        writeln!(f, "{all} requests under way; of the orders {kept} were stored and {undone} were not")?;
        writeln!(f, "{} orders and {} payments acknowledged, none lost", self.orders, self.payments)?;
        writeln!(f, "{} deliveries arrived, {} of them again", self.arrived.deliveries, self.arrived.again)?;
        write!(f, "longest start: {} ms", self.longest_start.as_millis())
    }
}
