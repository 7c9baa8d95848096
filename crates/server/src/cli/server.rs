//! Wiring: from settings to a running server, and down again.

use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use specie_chain::{Bitcoind, ChainSource, Sandbox, SourceError};
use specie_core::ids::InvoiceId;
use specie_db::{Db, DbError, Durability};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::{App, AppError, Network, Parts};
use crate::clock::Clock;
use crate::config::{ConfigError, DEFAULT_LISTEN, Origin, Settings, Shown};
use crate::feeds::Reader;
use crate::first_run::FirstRun;
use crate::http::live::{LiveChanges, Over};
use crate::http::operator::{SettingOrigin, SettingShown};
use crate::http::{self, Web};
use crate::notify::Courier;
use crate::secret::ServerKey;
use crate::worker::{self, HandedOver, Hints, Pace, Stop};

/// File descriptors that are asked for: half of them for connections.
const MAX_DESCRIPTORS: u64 = 20_000;
/// How long a server that is told to stop may take: requests under way have some of it.
const STOPPING: Duration = Duration::from_secs(10);

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder cannot be used.
    #[error("the data folder {path}: {problem}")]
    Data {
        /// The folder, or a file in it.
        path: PathBuf,
        /// What is wrong.
        problem: std::io::Error,
    },
    /// Another process uses the data folder.
    #[error("another specie process uses the data folder {0}")]
    Locked(PathBuf),
    /// The database cannot be used.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The practice chain cannot be used.
    #[error("the practice chain: {0}")]
    Sandbox(#[from] SourceError),
    /// The application cannot start.
    #[error(transparent)]
    App(#[from] AppError),
    /// The practice chain cannot be followed.
    #[error(transparent)]
    Round(#[from] worker::RoundError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {problem}")]
    Listen {
        /// The address.
        address: String,
        /// What is wrong.
        problem: std::io::Error,
    },
}

/// The application with its chains, not yet serving anyone. Holds the locks of the data folder and of the database's file.
pub(super) struct House {
    pub(super) app: App,
    pub(super) hints: Hints,
    _locks: Vec<File>,
}

/// A server at work.
pub struct Running {
    /// The application.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    /// The link that lets whoever opens it become the first user; none if there is one.
    pub invitation: Option<String>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    socket: PathBuf,
    _locks: Vec<File>,
}

struct Live {
    hints: Hints,
    stop: Stop,
}

impl LiveChanges for Live {
    fn changes_of(&self, invoice: InvoiceId) -> worker::Changes {
        self.hints.changes_of(invoice)
    }

    fn over(&self) -> Over {
        let stop = self.stop.clone();
        Box::pin(async move { worker::stopped(&stop).await })
    }
}

/// The administration socket of a data folder.
pub(super) fn socket_path(data: &Path) -> PathBuf {
    data.join("run").join("admin.sock")
}

/// Opens the data folder: lock, database, key, chains. `node` is whether a configured network's
/// node is talked to; administration without a server does not.
pub(super) async fn open(
    data: &Path,
    settings: &Settings,
    clock: Clock,
    node: bool,
) -> Result<House, StartError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |problem| StartError::Data { path, problem }
    };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(failed(data))?;
    // It may have been made by somebody else, for everybody to read.
    std::fs::set_permissions(data, std::fs::Permissions::from_mode(0o700)).map_err(failed(data))?;
    let database = settings.database_url(data);
    let mut locks = vec![lock(&data.join("lock"), data)?];
    if let Some(file) = specie_db::file_of(&database) {
        // Another data folder may name it as well, and whoever writes it takes it to be theirs alone.
        let mut beside = file.clone().into_os_string();
        beside.push("-lock");
        locks.push(lock(Path::new(&beside), &file)?);
    }
    let db = Db::open(&database, Durability::Full, clock.now())?;
    let key_path = data.join("server.key");
    let key = ServerKey::load_or_create(&key_path).map_err(failed(&key_path))?;

    let sandbox = Sandbox::open(Some(&data.join("sandbox.log")))?;
    let mut networks = vec![Network::SANDBOX];
    let mut sources = vec![(Network::SANDBOX.name, ChainSource::Sandbox(sandbox))];
    if let Some(network) = settings.live_network()? {
        if node {
            let source = Bitcoind::new(settings.bitcoind(&network)?);
            sources.push((network.name, ChainSource::Bitcoind(source)));
        }
        networks.push(network);
    }
    let hints = Hints::new(sources, settings.address_policy()?);
    let public_url = settings.external_url()?.unwrap_or_default();
    let outside = Box::new(hints.clone());
    let feeds = settings.feeds()?.into_iter().map(|(feed, _)| feed).collect();
    let app = App::new(Parts { db, clock, key, networks, public_url, feeds, outside }).await?;
    Ok(House { app, hints, _locks: locks })
}

/// Takes a lock for this process alone, or says what it is of.
fn lock(path: &Path, of: &Path) -> Result<File, StartError> {
    let failed = |problem| StartError::Data { path: path.to_owned(), problem };
    let lock = File::options().create(true).append(true).open(path).map_err(failed)?;
    lock.try_lock().map_err(|_| StartError::Locked(of.to_owned()))?;
    Ok(lock)
}

/// Starts a server.
///
/// # Errors
/// [`StartError`] naming what stands in the way.
pub async fn start(data: &Path, settings: &Settings, clock: Clock) -> Result<Running, StartError> {
    let policy = settings.address_policy()?;
    let trusted_proxies = settings.trusted_proxies()?;
    let feeds = settings.feeds()?;
    let house = open(data, settings, clock, true).await?;
    let (app, hints) = (house.app, house.hints);
    // Practice stores can sell from the first request on.
    let practice = HandedOver::default();
    for (network, source) in hints.sources() {
        if *network == Network::SANDBOX.name {
            let following = worker::take_over(&app, network, source).await?;
            *practice.lock().expect("no holder panics") = following;
        }
    }

    let wanted = settings.listen.clone().unwrap_or_else(|| DEFAULT_LISTEN.to_owned());
    let refused = |problem| StartError::Listen { address: wanted.clone(), problem };
    let listener = TcpListener::bind(&wanted).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let external = settings.external_url()?;
    if external.is_none() && !address.ip().is_loopback() {
        tracing::warn!(
            "listening beyond this machine without --public-url: links and signatures depend on it"
        );
    }
    if external.is_none() {
        app.set_public_url(format!("http://{address}"));
    }
    let socket = socket_path(data);
    let admin = bind_socket(&socket)?;

    let first_run = FirstRun::new(data);
    let invitation =
        (!app.has_users().await?).then(|| format!("{}/setup?token={}", app.public_url(), first_run.invite()));
    let max_connections = connections();
    let (stop, stopped) = watch::channel(false);
    let web = Web::new(
        app.clone(),
        Box::new(Live { hints: hints.clone(), stop: stopped.clone() }),
        http::Settings {
            public_url: external,
            trusted_proxies,
            accept_applications: settings.accept_applications.unwrap_or(false),
            max_connections,
            max_streams: max_connections / 2,
            operator: settings.shown(data).into_iter().map(for_operators).collect(),
        },
        first_run,
    );
    let mut tasks = JoinSet::new();
    start_workers(&mut tasks, &app, &hints, &practice, Arc::new(Courier::new(policy)), &stopped);
    for (feed, address) in feeds {
        let (app, stop, reader) = (app.clone(), stopped.clone(), Reader::new(feed, &address));
        worker::supervise(&mut tasks, "rates", stopped.clone(), move || {
            worker::fetch_rates(app.clone(), reader.clone(), Pace::USUAL, stop.clone())
        });
    }
    tasks.spawn(http::serve(listener, http::router(&web), max_connections, stopped.clone()));
    tasks.spawn(http::serve_socket(admin, http::admin::router(&web), stopped));
    tracing::info!(%address, public_url = app.public_url(), data = %data.display(), "listening");
    Ok(Running { app, address, invitation, stop, tasks, socket, _locks: house._locks })
}

fn for_operators(shown: Shown) -> SettingShown {
    let Shown { name, variable, value, origin } = shown;
    let origin = match origin {
        Origin::Default => SettingOrigin::Default,
        Origin::File => SettingOrigin::File,
        Origin::Environment => SettingOrigin::Environment,
        Origin::Flag => SettingOrigin::Flag,
    };
    SettingShown { name, variable, value, origin }
}

fn start_workers(
    tasks: &mut JoinSet<()>,
    app: &App,
    hints: &Hints,
    practice: &HandedOver,
    courier: Arc<Courier>,
    stopped: &watch::Receiver<bool>,
) {
    for (network, source) in hints.sources().iter().cloned() {
        let (app, stop) = (app.clone(), stopped.clone());
        let first = if network == Network::SANDBOX.name { practice.clone() } else { HandedOver::default() };
        let (asking, asked, told) = (app.clone(), source.clone(), stopped.clone());
        worker::supervise(tasks, "fees", stopped.clone(), move || {
            worker::ask_fees(asking.clone(), network, asked.clone(), told.clone())
        });
        let signed = hints.signed_on(network);
        worker::supervise(tasks, "watcher", stopped.clone(), move || {
            worker::follow(app.clone(), network, source.clone(), first.clone(), signed.clone(), stop.clone())
        });
    }
    let (hearing, stop) = (app.clone(), stopped.clone());
    worker::supervise(tasks, "others", stopped.clone(), move || {
        worker::hear_others(hearing.clone(), stop.clone())
    });
    let (notified, hints, stop) = (app.clone(), hints.clone(), stopped.clone());
    worker::supervise(tasks, "notifier", stopped.clone(), move || {
        worker::notify(notified.clone(), Arc::clone(&courier), hints.clone(), stop.clone())
    });
    let (summed, stop) = (app.clone(), stopped.clone());
    worker::supervise(tasks, "summary", stopped.clone(), move || {
        worker::sum_up(summed.clone(), stop.clone())
    });
    let (pruned, stop) = (app.clone(), stopped.clone());
    worker::supervise(tasks, "prune", stopped.clone(), move || worker::prune(pruned.clone(), stop.clone()));
}

/// How many connections the system lets this process have, after asking it for as many as it may
/// give. Some descriptors are kept for the database, the node and deliveries.
fn connections() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(u64::MAX).min(MAX_DESCRIPTORS);
    let raised = Rlimit { current: Some(wanted), maximum };
    let granted = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => wanted,
        Err(_) => current.unwrap_or(MAX_DESCRIPTORS),
    };
    usize::try_from(granted / 2).unwrap_or(usize::MAX)
}

/// The socket, in a folder that only this user can enter.
fn bind_socket(path: &Path) -> Result<UnixListener, StartError> {
    let failed = |problem| StartError::Data { path: path.to_owned(), problem };
    let folder = path.parent().unwrap_or(path);
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
    // Left behind by a server that was killed; the lock says that none runs.
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
        _ => {}
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

impl Running {
    /// Runs until the process is told to stop, then stops.
    pub async fn until_signalled(self) {
        signalled().await;
        tracing::info!("stopping");
        // Asked a second time, at once.
        tokio::spawn(async {
            signalled().await;
            std::process::exit(1);
        });
        if tokio::time::timeout(STOPPING, self.stop()).await.is_err() {
            // As after a crash: what was promised is in the database, the rest is done at the next start.
            tracing::error!("the database or the node hangs: not everything ended in time");
            std::process::exit(1);
        }
    }

    /// Stops: no new requests, those under way end, workers finish what they are at.
    pub async fn stop(mut self) {
        // Everyone may have stopped by themselves.
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
        self.app.close().await;
        let _ = std::fs::remove_file(&self.socket);
    }
}

/// Resolves when the process is told to stop.
pub(super) async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_file_is_used_by_one_process_however_many_folders_name_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = Some(format!("sqlite:{}", folder.path().join("shop.db").display()));
        let settings = Settings { database, ..Settings::default() };
        let open =
            async |name: &str| open(&folder.path().join(name), &settings, Clock::system(), false).await;
        let first = open("first").await.unwrap();
        let refused = open("second").await.err();
        assert!(matches!(refused, Some(StartError::Locked(of)) if of == folder.path().join("shop.db")));
        drop(first);
        assert!(open("first").await.is_ok());
    }
}
